package io.myriapod.linux.traffic;

import java.time.Duration;

/**
 * The parameters of a token bucket filter (tbf): what passes at once, what passes in the long run,
 * and how much waits before more is dropped. tc-tbf(8)
 *
 * @param rate bytes per second, at least 1
 * @param bufferTicks how long the full bucket lasts at that rate, in the kernel's ticks; a u32
 * @param limit bytes that may wait for tokens; a u32
 */
public record TokenBucket(long rate, long bufferTicks, long limit) {
  /** PSCHED_SHIFT is 6. include/net/pkt_sched.h */
  private static final int NANOS_PER_TICK = 64;

  private static final double TICKS_PER_MICROSECOND = 1_000.0 / NANOS_PER_TICK;
  private static final double MICROSECONDS = 1_000_000;
  private static final long MAX_U32 = 0xffff_ffffL;

  public TokenBucket {
    requireWithin("rate", rate, 1, Long.MAX_VALUE);
    requireWithin("buffer", bufferTicks, 0, MAX_U32);
    requireWithin("limit", limit, 0, MAX_U32);
  }

  private static void requireWithin(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "token bucket: %s %d: want %d to %d".formatted(what, value, least, most));
    }
  }

  /**
   * A bucket that holds a burst, and a queue in which nothing waits longer than the latency once
   * the bucket is empty. Rounded in steps of a microsecond, then of a tick, as tc does it. A bucket
   * that lasts longer than 2³² ticks, 274 s, is made one of 274 s: the kernel's field ends there.
   *
   * @param rate bytes per second
   * @param burst bytes
   */
  public static TokenBucket of(long rate, long burst, Duration latency) {
    long microseconds = atMost(burst * MICROSECONDS / rate);
    long ticks = atMost(microseconds * TICKS_PER_MICROSECOND);
    double waiting = Math.floor(rate * (latency.toNanos() / 1_000.0) / MICROSECONDS);
    return new TokenBucket(rate, ticks, atMost(waiting + burst));
  }

  private static long atMost(double value) {
    return (long) Math.min(value, MAX_U32);
  }

  /**
   * Size of the largest packet that passes: what the bucket holds, or what comes in within 2³² ns
   * if that is less (tbf_change in net/sched/sch_tbf.c). The kernel refuses a bucket with 0.
   */
  public long largestPacket() {
    double nanos = Math.min((double) bufferTicks * NANOS_PER_TICK, MAX_U32);
    return (long) (nanos * rate / 1e9);
  }
}
