package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.service.ContainerLanes.Lane;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.fixtures.Waiting;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerLanesTest {
  private static final ContainerId ONE = new ContainerId("one");
  private static final ContainerId TWO = new ContainerId("two");
  private static final Deadline LONG = Deadline.in(Duration.ofSeconds(30));

  private final ContainerLanes lanes = new ContainerLanes(4, 2);
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    callers.shutdownNow();
  }

  /** Makes the call in a thread of its own; returns when its work has begun. */
  private <T> CompletableFuture<T> begun(Function<Supplier<T>, T> call, Supplier<T> work)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Supplier<T> noted =
        () -> {
          begun.countDown();
          return work.get();
        };
    var running = CompletableFuture.supplyAsync(() -> call.apply(noted), callers);
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    return running;
  }

  /** Runs until {@link #release}; returns when it has begun. */
  private CompletableFuture<Boolean> holding(ContainerId container) throws InterruptedException {
    return begun(
        work -> lanes.run(container, Lane.ADDING, LONG, work),
        () -> isReleased() && ended.add("first"));
  }

  @Test
  void load_oneRunsAndOneWaitsForItsContainer_tellsBoth() throws InterruptedException {
    holding(ONE);
    CompletableFuture.supplyAsync(
        () -> lanes.run(ONE, Lane.ADDING, LONG, () -> ended.add("second")), callers);

    Waiting.until(
        Duration.ofSeconds(20),
        () -> lanes.load(Lane.ADDING).equals(new ContainerLanes.Load(1, 1)));

    assertEquals(new ContainerLanes.Load(0, 0), lanes.load(Lane.REMOVING));
    release.countDown();
    Waiting.until(
        Duration.ofSeconds(20),
        () -> lanes.load(Lane.ADDING).equals(new ContainerLanes.Load(0, 0)));
    assertEquals(List.of("first", "second"), ended);
  }

  private boolean isReleased() {
    try {
      return release.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** One lane is full of others: the removal must not wait for them. */
  @Test
  void runYielding_waitsForRoom_letsTheRemovalPass() throws Exception {
    ContainerLanes narrow = new ContainerLanes(1, 8);
    var other = begun(work -> narrow.run(TWO, Lane.ADDING, LONG, work), this::isReleased);
    var yielding =
        CompletableFuture.supplyAsync(
            () -> narrow.runYielding(ONE, Deadline.in(Duration.ofSeconds(60)), () -> "never"),
            callers);
    Waiting.until(Duration.ofSeconds(20), () -> narrow.load(Lane.ADDING).waiting() == 1);

    assertEquals("removed", narrow.run(ONE, Lane.REMOVING, LONG, () -> "removed"));

    assertThrows(ExecutionException.class, () -> yielding.get(30, TimeUnit.SECONDS));
    release.countDown();
    assertTrue(other.get(30, TimeUnit.SECONDS));
  }

  @Test
  void tidy_somethingYields_waitsForItsEnd() throws Exception {
    var yielding =
        begun(
            work -> lanes.runYielding(ONE, Deadline.in(Duration.ofSeconds(60)), work),
            () -> isReleased() && ended.add("followed"));
    var tidied =
        CompletableFuture.supplyAsync(
            () -> lanes.tidy(ONE, LONG, () -> ended.add("tidied")), callers);
    Waiting.until(Duration.ofSeconds(20), () -> lanes.load(Lane.REMOVING).waiting() == 1);

    release.countDown();

    assertTrue(yielding.get(30, TimeUnit.SECONDS));
    assertTrue(tidied.get(30, TimeUnit.SECONDS));
    assertEquals(List.of("followed", "tidied"), ended);
  }

  @Test
  void runYielding_somethingIsToBeRemoved_deadlineIsCancelledAndTheRemovalRuns() throws Exception {
    Deadline deadline = Deadline.in(Duration.ofSeconds(30));
    var yielding =
        begun(
            work -> lanes.runYielding(ONE, deadline, work),
            () -> {
              while (!deadline.passed()) {
                Thread.onSpinWait();
              }
              return deadline.isCancelled();
            });

    lanes.run(TWO, Lane.REMOVING, LONG, () -> ended.add("another"));
    assertTrue(!deadline.passed());
    lanes.run(ONE, Lane.REMOVING, LONG, () -> ended.add("removal"));

    assertTrue(yielding.get(30, TimeUnit.SECONDS));
    assertEquals(List.of("another", "removal"), ended);
  }

  /** NPWG 1.3, section 7.3; CNI 1.1.0 asks it of runtimes. */
  @Test
  void item36_operationsOfOneContainer_neverRunTogether() throws InterruptedException {
    List<String> ran = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> first = holding(ONE);
    Deadline passed = Deadline.in(Duration.ZERO);

    for (Lane lane : Lane.values()) {
      var refused =
          assertThrows(
              CniException.class, () -> lanes.run(ONE, lane, passed, () -> ran.add("second")));
      assertEquals(ErrorCode.TRY_AGAIN_LATER, refused.code());
    }
    assertEquals(List.of(), ran);

    var waiting =
        CompletableFuture.runAsync(
            () -> lanes.run(ONE, Lane.REMOVING, LONG, () -> ended.add("second")), callers);
    release.countDown();
    CompletableFuture.allOf(first, waiting).orTimeout(30, TimeUnit.SECONDS).join();
    assertEquals(List.of("first", "second"), ended);
  }

  @Test
  void run_otherContainers_goInParallel() throws InterruptedException {
    holding(ONE);

    assertEquals("done", lanes.run(TWO, Lane.ADDING, LONG, () -> "done"));
    assertEquals("done", lanes.run(TWO, Lane.REMOVING, LONG, () -> "done"));
  }

  @Test
  void run_queueIsFull_refusesAddsAndNoDels() throws InterruptedException {
    holding(ONE);
    holding(TWO);
    ContainerId third = new ContainerId("three");

    var refused =
        assertThrows(CniException.class, () -> lanes.run(third, Lane.ADDING, LONG, () -> "never"));

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refused.code());
    assertEquals("done", lanes.run(third, Lane.REMOVING, LONG, () -> "done"));
  }
}
