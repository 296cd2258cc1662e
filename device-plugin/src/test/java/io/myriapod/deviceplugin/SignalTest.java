package io.myriapod.deviceplugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever waits is woken for everything that was heard, and not for each single thing. */
class SignalTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final AtomicInteger woken = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private Thread waiter = new Thread(() -> {});

  private void waitFor(Signal signal) {
    waiter =
        new Thread(
            () -> {
              try {
                while (true) {
                  signal.await();
                  woken.incrementAndGet();
                }
              } catch (InterruptedException e) {
                ended.set(true);
              }
            });
    waiter.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    waiter.interrupt();
    waiter.join(LONG.toMillis());
    assertFalse(waiter.isAlive());
  }

  private void awaitWoken(int times) {
    Waiting.until(LONG, times + " times", () -> woken.get() >= times);
  }

  @Test
  void await_raised_isWokenOnce() {
    Signal signal = new Signal(AT_ONCE, NEVER);
    signal.raise();
    waitFor(signal);

    awaitWoken(1);
    awaitAsleep();

    assertEquals(1, woken.get());
  }

  private void awaitAsleep() {
    Waiting.until(LONG, "asleep", () -> waiter.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void await_raisedManyTimesBefore_isWokenOnce() {
    Signal signal = new Signal(AT_ONCE, NEVER);
    for (int i = 0; i < 1000; i++) {
      signal.raise();
    }
    waitFor(signal);

    awaitWoken(1);
    awaitAsleep();

    assertEquals(1, woken.get());
  }

  @Test
  void await_nothingRaised_sleeps() {
    waitFor(new Signal(AT_ONCE, NEVER));

    awaitAsleep();

    assertEquals(0, woken.get());
  }

  /** As long as something is heard within the time to settle, it has not settled. */
  @Test
  void await_raisedWhileItSettles_goesOnWaiting() {
    Signal signal = new Signal(NEVER, NEVER);
    signal.raise();
    waitFor(signal);
    awaitAsleep();

    for (int i = 0; i < 100; i++) {
      signal.raise();
      awaitAsleep();
    }

    assertEquals(0, woken.get());
  }

  /** Routes that change all the time do not hide what happens to devices. */
  @Test
  void await_neverSettles_isWokenAfterTheLongestTime() {
    Signal signal = new Signal(NEVER, Duration.ofMillis(20));
    waitFor(signal);

    Waiting.until(
        LONG,
        "woken thrice",
        () -> {
          signal.raise();
          return woken.get() >= 3;
        });

    assertTrue(woken.get() >= 3);
  }

  /** What happens while somebody looks at the node is looked at afterwards. */
  @Test
  void await_raisedWhileNobodyWaits_isNotLost() throws InterruptedException {
    Signal signal = new Signal(AT_ONCE, NEVER);
    for (int look = 1; look <= 100; look++) {
      signal.raise();
      signal.await();
    }
    signal.raise();
    waitFor(signal);

    awaitWoken(1);
    assertEquals(1, woken.get());
  }

  @Test
  void await_raisedByManyThreads_seesTheLastOfEach() throws InterruptedException {
    Signal signal = new Signal(Duration.ZERO, NEVER);
    AtomicInteger happened = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Thread looker =
        new Thread(
            () -> {
              try {
                while (true) {
                  signal.await();
                  seen.set(happened.get());
                }
              } catch (InterruptedException e) {
                ended.set(true);
              }
            });
    looker.start();
    Thread[] raisers = new Thread[4];
    for (int i = 0; i < raisers.length; i++) {
      raisers[i] =
          new Thread(
              () -> {
                for (int n = 0; n < 500; n++) {
                  happened.incrementAndGet();
                  signal.raise();
                }
              });
      raisers[i].start();
    }

    for (Thread raiser : raisers) {
      raiser.join(LONG.toMillis());
    }
    Waiting.until(LONG, "all that happened", () -> seen.get() == 2000);
    looker.interrupt();
    looker.join(LONG.toMillis());

    assertTrue(ended.get());
  }

  @Test
  void await_interrupted_ends() {
    waitFor(new Signal(NEVER, NEVER));
    awaitAsleep();

    waiter.interrupt();

    Waiting.until(LONG, "ended", ended::get);
    assertEquals(0, woken.get());
  }

  /** A node that takes long to look at is not looked at all the time. */
  @Test
  void await_restAfterALook_comesBeforeEverything() {
    Signal signal = new Signal(AT_ONCE, AT_ONCE);
    signal.restFor(NEVER);
    signal.raise();
    waitFor(signal);

    Waiting.until(
        LONG,
        "rests",
        () ->
            Stream.of(waiter.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("sleep")));
  }

  /** One that the kernel held up for minutes says nothing of the next. */
  @Test
  void restFor_longLook_isNotLongerThanFiveSeconds() {
    Signal signal = new Signal(AT_ONCE, AT_ONCE);

    signal.restFor(Duration.ofMillis(300));
    assertEquals(Duration.ofSeconds(3), signal.rest());
    signal.restFor(NEVER);

    assertEquals(Duration.ofSeconds(5), signal.rest());
  }
}
