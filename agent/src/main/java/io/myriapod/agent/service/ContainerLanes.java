package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.types.ContainerId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  private final Map<Lane, Semaphore> lanes;
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
    this.queue = new Semaphore(queueLength);
    this.queueLength = queueLength;
  }

  /**
   * Runs the work when it is this container's turn and the lane has room.
   *
   * @throws CniException 11 if the queue is full or the deadline passes first; nothing was run then
   */
  public <T> T run(ContainerId container, Lane lane, Deadline deadline, Supplier<T> work) {
    if (lane == Lane.ADDING && !queue.tryAcquire()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "queue container %s: %d operations are waiting already".formatted(container, queueLength),
          "the node is busy; the runtime tries again by itself");
    }
    try {
      return inTurn(container, lane, deadline, work);
    } finally {
      if (lane == Lane.ADDING) {
        queue.release();
      }
    }
  }

  private <T> T inTurn(ContainerId container, Lane lane, Deadline deadline, Supplier<T> work) {
    Turn turn = join(container);
    try {
      await(turn.permit, deadline, container, "another operation on it has not ended");
      try {
        await(lanes.get(lane), deadline, container, "the agent is busy with other containers");
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
      Semaphore permit, Deadline deadline, ContainerId container, String finding) {
    try {
      if (permit.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
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
    private int users;
  }
}
