package io.myriapod.deviceplugin.kubelet;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: twice as long each time, up to a limit, and of that a
 * random part between half and all, so that many nodes do not knock in step. Not thread-safe.
 */
final class BackOff {
  private final Duration first;
  private final Duration longest;
  private final DoubleSupplier random;
  private Duration next;

  /**
   * @param random from 0 to below 1
   */
  BackOff(Duration first, Duration longest, DoubleSupplier random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
    this.next = first;
  }

  /** Nanoseconds to wait now. */
  long next() {
    long whole = next.toNanos();
    Duration twice = next.multipliedBy(2);
    next = twice.compareTo(longest) < 0 ? twice : longest;
    return whole / 2 + (long) (whole / 2 * random.getAsDouble());
  }

  /** It worked: the next wait is short again. */
  void reset() {
    next = first;
  }
}
