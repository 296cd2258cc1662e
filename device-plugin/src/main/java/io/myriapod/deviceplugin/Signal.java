package io.myriapod.deviceplugin;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * That something may have changed. Things change many at a time, so whoever waits is woken when
 * nothing more has been heard for a while, or when it has gone on for too long.
 */
public final class Signal {
  /** Nobody waits longer, whatever is heard. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** A node on which routes change all the time spends no more of its time on looking. */
  private static final int REST = 10;

  /** A look that the kernel held up says nothing of how long the next one takes. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(5);

  private final Semaphore raised = new Semaphore(0);
  private final Duration settle;
  private final Duration longest;
  private volatile Duration rest = Duration.ZERO;

  /**
   * @param settle as long as nothing more must have been heard
   * @param longest how long it may go on
   */
  public Signal(Duration settle, Duration longest) {
    this.settle = settle;
    this.longest = longest;
  }

  /** Cheap; from any thread. */
  public void raise() {
    if (raised.availablePermits() == 0) {
      raised.release();
    }
  }

  /** Looking took that long: it has to rest for some times as long. */
  void restFor(Duration look) {
    Duration wanted = look.multipliedBy(REST);
    rest = wanted.compareTo(LONGEST_REST) < 0 ? wanted : LONGEST_REST;
  }

  /** How long, from the next {@link #await} on. */
  Duration rest() {
    return rest;
  }

  /**
   * Waits until it was raised and has settled, or for {@link #LONGEST_PAUSE}; before that for the
   * rest after the last look.
   */
  void await() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, rest.minus(settle).toNanos()));
    if (!raised.tryAcquire(LONGEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    long end = System.nanoTime() + longest.toNanos();
    while (raised.tryAcquire(settle.toMillis(), TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - end > 0) {
        return;
      }
    }
  }
}
