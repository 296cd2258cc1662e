package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds ADDs back until what was removed while no agent ran is really removed, so that nothing is
 * handed out that is not free.
 */
final class StartGate {
  private final CountDownLatch open = new CountDownLatch(1);

  void open() {
    open.countDown();
  }

  /**
   * Waits until the gate is open.
   *
   * @throws CniException 11 if the deadline passes first
   */
  void await(Deadline deadline) {
    try {
      if (open.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "wait for the agent's start: DELs recorded while it was away are still being done",
        "the runtime tries again by itself");
  }
}
