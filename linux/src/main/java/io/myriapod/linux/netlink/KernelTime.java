package io.myriapod.linux.netlink;

import java.time.Duration;

/** How long a thread has waited for netlink's answers, for whoever tells where time goes. */
public final class KernelTime {
  private static final ThreadLocal<long[]> NANOS = ThreadLocal.withInitial(() -> new long[1]);

  private KernelTime() {}

  /** Of the calling thread, since it began. */
  public static Duration ofThisThread() {
    return Duration.ofNanos(NANOS.get()[0]);
  }

  static void add(long nanos) {
    NANOS.get()[0] += nanos;
  }
}
