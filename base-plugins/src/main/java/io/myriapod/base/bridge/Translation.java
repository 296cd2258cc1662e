package io.myriapod.base.bridge;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The run of nft beside the work in the pod: it takes as long as all of that. Whoever leaves waits
 * for its end, so that an undo never overtakes it.
 */
final class Translation implements AutoCloseable {
  private final FutureTask<Void> task;

  private Translation(Runnable work) {
    this.task = new FutureTask<>(work, null);
  }

  static Translation none() {
    Translation nothing = new Translation(() -> {});
    nothing.task.run();
    return nothing;
  }

  static Translation start(Runnable work) {
    Translation started = new Translation(work);
    Thread thread = new Thread(started.task, "masquerade");
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  /** Returns when it is done; throws what it threw. */
  void await() {
    try {
      settled();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException("masquerade: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Waits for its end, however it ends. */
  @Override
  public void close() {
    try {
      settled();
    } catch (ExecutionException e) {
      // somebody else's failure brought us here, or await() has thrown this one already
    }
  }

  private void settled() throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // nft is bounded by a time-out of its own
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
