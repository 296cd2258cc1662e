package io.myriapod.base.masquerade;

import io.myriapod.journal.OpenRecord;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The run of nft beside the work in the pod: it takes as long as all of that. Whoever leaves waits
 * for its end, so that an undo never overtakes it.
 */
public final class Translation implements AutoCloseable {
  private final FutureTask<Void> task;

  private Translation(Runnable work) {
    this.task = new FutureTask<>(work, null);
  }

  /** Of nobody: nothing is run, nothing is awaited. */
  public static Translation none() {
    Translation nothing = new Translation(() -> {});
    nothing.task.run();
    return nothing;
  }

  /** Notes in the record how to end it, and begins to translate these addresses, if any. */
  public static Translation start(
      Masquerade masquerade, List<IpPrefix> addresses, OpenRecord steps) {
    if (addresses.isEmpty()) {
      return none();
    }
    steps.will(Masquerade.inverseOf(addresses));
    Translation started = new Translation(() -> masquerade.add(addresses));
    Thread thread = new Thread(started.task, "masquerade");
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  /** Returns when it is done; throws what it threw. */
  public void await() {
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
