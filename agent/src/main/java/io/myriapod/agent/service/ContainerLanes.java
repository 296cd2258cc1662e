package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Who may act when: one operation per container at a time, containers in parallel, and adding and
 * removing in lanes of their own, so that a burst of ADDs never starves a DEL. Callers wait in the
 * order in which they came, at most {@code queue} of them and none past its deadline.
 */
public final class ContainerLanes {
  /** What an operation does to a container. */
  public enum Lane {
    ADDING,
    REMOVING
  }

  /** How busy a lane is, at one moment. */
  public record Load(int running, int waiting) {}

  /** How often one that may be cancelled looks whether it was; it loses its place then. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final Duration NO_LOOK = Duration.ofDays(1);

  private final Map<Lane, Semaphore> lanes;
  private final Map<Lane, AtomicInteger> callers =
      Map.of(Lane.ADDING, new AtomicInteger(), Lane.REMOVING, new AtomicInteger());
  private final int width;
  private final Semaphore queue;
  private final int queueLength;
  private final Map<ContainerId, Turn> turns = new HashMap<>();

  /**
   * Opens the lanes.
   *
   * @param width operations that may run at once in each lane
   * @param queueLength operations, running or waiting, over which a further one is refused
   */
  public ContainerLanes(int width, int queueLength) {
    this.lanes =
        Map.of(Lane.ADDING, new Semaphore(width, true), Lane.REMOVING, new Semaphore(width, true));
    this.width = width;
    this.queue = new Semaphore(queueLength);
    this.queueLength = queueLength;
  }

  /**
   * Runs the work when it is this container's turn and the lane has room.
   *
   * @throws CniException 11 if the queue is full or the deadline passes first; nothing was run then
   */
  public <T> T run(ContainerId container, Lane lane, Deadline deadline, Supplier<T> work) {
    if (lane == Lane.ADDING) {
      return queued(container, () -> counted(container, lane, deadline, NO_LOOK, work));
    }
    Turn turn = join(container);
    try {
      othersYield(turn, true);
      return counted(container, lane, deadline, NO_LOOK, work);
    } finally {
      othersYield(turn, false);
      leave(container, turn);
    }
  }

  /**
   * As {@link #run} in the lane of removing, for work in the background: waits for those that would
   * yield to a caller.
   */
  public <T> T tidy(ContainerId container, Deadline deadline, Supplier<T> work) {
    return counted(container, Lane.REMOVING, deadline, NO_LOOK, work);
  }

  /**
   * As {@link #run} in the lane of adding, for work that no caller waits for: as soon as a caller
   * wants to remove something of the container its deadline is cancelled, and it waits no longer.
   */
  public <T> T runYielding(ContainerId container, Deadline deadline, Supplier<T> work) {
    Turn turn = join(container);
    try {
      yielding(turn, deadline, true);
      return queued(container, () -> counted(container, Lane.ADDING, deadline, LOOK, work));
    } finally {
      yielding(turn, deadline, false);
      leave(container, turn);
    }
  }

  private synchronized void yielding(Turn turn, Deadline deadline, boolean from) {
    if (!from) {
      turn.yielding.remove(deadline);
    } else if (turn.removing > 0) {
      deadline.cancel();
    } else {
      turn.yielding.add(deadline);
    }
  }

  private synchronized void othersYield(Turn turn, boolean from) {
    turn.removing += from ? 1 : -1;
    turn.yielding.forEach(Deadline::cancel);
  }

  private <T> T queued(ContainerId container, Supplier<T> work) {
    if (!queue.tryAcquire()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "queue container %s: %d operations are waiting already".formatted(container, queueLength),
          "the node is busy; the runtime tries again by itself");
    }
    try {
      return work.get();
    } finally {
      queue.release();
    }
  }

  private <T> T counted(
      ContainerId container, Lane lane, Deadline deadline, Duration look, Supplier<T> work) {
    callers.get(lane).incrementAndGet();
    try {
      return inTurn(container, lane, deadline, look, work);
    } finally {
      callers.get(lane).decrementAndGet();
    }
  }

  /** What that lane does now. */
  public Load load(Lane lane) {
    int running = width - lanes.get(lane).availablePermits();
    return new Load(running, Math.max(0, callers.get(lane).get() - running));
  }

  private <T> T inTurn(
      ContainerId container, Lane lane, Deadline deadline, Duration look, Supplier<T> work) {
    Turn turn = join(container);
    try {
      await(turn.permit, deadline, look, container, "another operation on it has not ended");
      try {
        await(
            lanes.get(lane), deadline, look, container, "the agent is busy with other containers");
        try {
          return work.get();
        } finally {
          lanes.get(lane).release();
        }
      } finally {
        turn.permit.release();
      }
    } finally {
      leave(container, turn);
    }
  }

  private static void await(
      Semaphore permit, Deadline deadline, Duration look, ContainerId container, String finding) {
    try {
      do {
        long pause = Math.min(deadline.remaining().toNanos(), look.toNanos());
        if (permit.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
          return;
        }
      } while (!deadline.passed());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "wait for the turn of container %s: %s".formatted(container, finding),
        "the runtime tries again by itself; `myriapod list` shows what is attached");
  }

  private synchronized Turn join(ContainerId container) {
    Turn turn = turns.computeIfAbsent(container, id -> new Turn());
    turn.users++;
    return turn;
  }

  private synchronized void leave(ContainerId container, Turn turn) {
    turn.users--;
    if (turn.users == 0) {
      turns.remove(container);
    }
  }

  private static final class Turn {
    private final Semaphore permit = new Semaphore(1, true);
    private final Set<Deadline> yielding = new HashSet<>();
    private int removing;
    private int users;
  }
}
