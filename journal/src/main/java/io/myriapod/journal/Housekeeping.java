package io.myriapod.journal;

import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that tends a store every second: catches up after a full disk, compacts, allocates
 * ahead, and flushes, so that a power failure costs at most the last second of what nobody waited
 * for.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long PERIOD_MILLIS = 1_000;

  private final ScheduledThreadPoolExecutor executor;
  private final RecordStore store;
  private boolean troubled; // of the one thread

  private Housekeeping(RecordStore store) {
    this.store = store;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "journal-housekeeping");
              thread.setDaemon(true);
              return thread;
            });
  }

  static Housekeeping of(RecordStore store) {
    Housekeeping housekeeping = new Housekeeping(store);
    housekeeping.executor.scheduleWithFixedDelay(
        housekeeping::round, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return housekeeping;
  }

  private void round() {
    try {
      store.tend();
      if (troubled) {
        LOG.info("journal is written again");
      }
      troubled = false;
    } catch (IOException | RuntimeException e) {
      if (!troubled) {
        LOG.warn("tend journal: {}; trying again each second", e.getMessage());
      }
      troubled = true;
    }
  }

  /** Returns when the thread has ended its round. */
  @Override
  public void close() {
    executor.shutdown(); // no interrupt: a round ends soon
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
