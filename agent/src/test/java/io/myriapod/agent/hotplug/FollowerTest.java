package io.myriapod.agent.hotplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.fixtures.Waiting;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ContainerId ONE = new ContainerId("one");
  private static final ContainerId TWO = new ContainerId("two");

  private final AtomicInteger attempts = new AtomicInteger();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile Follower.Attempt attempt = container -> {};
  private final Follower follower =
      new Follower(
          container -> {
            attempts.incrementAndGet();
            attempt.on(container);
          },
          (container, reason) -> complaints.add(container + ": " + reason),
          Duration.ofMillis(1));

  @AfterEach
  void close() {
    follower.close();
    assertTrue(follower.awaitIdle(Deadline.in(SOON)));
  }

  private static CniException failure(int code, String message) {
    return new CniException(code, message, "mend it");
  }

  private void awaitAttempts(int wanted) {
    Waiting.until(SOON, wanted + " attempts", () -> attempts.get() >= wanted);
  }

  @Test
  void follow_fails_isTriedAgainBoundedAndToldOnce() {
    attempt =
        container -> {
          throw failure(ErrorCode.NETWORK_NOT_FOUND, "find a: there is none");
        };

    follower.follow(ONE);
    Waiting.until(SOON, "giving up", () -> complaints.size() == 2);

    assertEquals(Follower.MOST_ATTEMPTS, attempts.get());
    assertEquals("one: find a: there is none (mend it)", complaints.get(0));
    assertEquals(
        "one: find a: there is none (mend it); given up after 12 attempts", complaints.get(1));
  }

  @Test
  void follow_failsOnceWithCode11_isNotTold() {
    attempt =
        container -> {
          if (attempts.get() == 1) {
            throw failure(ErrorCode.TRY_AGAIN_LATER, "busy");
          }
        };

    follower.follow(ONE);
    awaitAttempts(2);

    assertEquals(List.of(), complaints);
  }

  @Test
  void follow_podIsGone_isNotTriedAgain() {
    attempt =
        container -> {
          if (container.equals(ONE)) {
            throw failure(ErrorCode.POD_NOT_FOUND, "no pod");
          }
        };

    follower.follow(ONE);
    awaitAttempts(1);
    follower.follow(TWO);
    awaitAttempts(2);
    follower.close();

    assertTrue(follower.awaitIdle(Deadline.in(SOON)));
    assertEquals(2, attempts.get());
    assertEquals(List.of(), complaints);
  }

  @Test
  void follow_changedAllTheTime_isBraked() {
    Instant begin = Instant.now();
    for (int i = 1; i <= 8; i++) {
      follower.follow(ONE);
      awaitAttempts(i);
    }

    // the fourth one waits for a pause, then twice as long each time
    assertTrue(Duration.between(begin, Instant.now()).toMillis() >= 1 + 2 + 4 + 8 + 16);
  }

  @Test
  void follow_whileAnAttemptRuns_followsItAndNeverBesideIt() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger beside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    attempt =
        container -> {
          most.accumulateAndGet(beside.incrementAndGet(), Math::max);
          try {
            release.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          beside.decrementAndGet();
        };

    follower.follow(ONE);
    awaitAttempts(1);
    for (int i = 0; i < 5; i++) {
      follower.follow(ONE);
    }
    release.countDown();
    awaitAttempts(2);
    follower.close();

    assertTrue(follower.awaitIdle(Deadline.in(SOON)));
    assertEquals(2, attempts.get());
    assertEquals(1, most.get());
  }
}
