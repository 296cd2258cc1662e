package io.myriapod.cni.plugin;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The moment at which the caller stops waiting. It may come early: {@link #cancel} is called when
 * the caller is gone.
 */
public final class Deadline {
  private final LongSupplier nanoClock;
  private final long end;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private Deadline(LongSupplier nanoClock, long end) {
    this.nanoClock = nanoClock;
    this.end = end;
  }

  /** That long from now; none if negative, at most a day. */
  public static Deadline in(Duration duration) {
    return in(duration, System::nanoTime);
  }

  static Deadline in(Duration duration, LongSupplier nanoClock) {
    Duration day = Duration.ofDays(1);
    Duration bounded = duration.isNegative() ? Duration.ZERO : duration;
    long nanos = (bounded.compareTo(day) > 0 ? day : bounded).toNanos();
    return new Deadline(nanoClock, nanoClock.getAsLong() + nanos);
  }

  /** The time left; zero when it has passed. */
  public Duration remaining() {
    long left = cancelled.get() ? 0 : end - nanoClock.getAsLong();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** Whether there is no time left. */
  public boolean passed() {
    return remaining().isZero();
  }

  /** Makes it pass now. May be called from any thread. */
  public void cancel() {
    cancelled.set(true);
  }

  /** Whether it passed because the caller is gone. */
  public boolean isCancelled() {
    return cancelled.get();
  }

  /**
   * Throws if it has passed.
   *
   * @param attempt what was about to be done, such as {@code create "net1"}
   * @throws CniException 11
   */
  public void require(String attempt) {
    if (passed()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          attempt + (isCancelled() ? ": the caller is gone" : ": the deadline has passed"),
          "the call is undone and may be repeated; if this happens often, raise the deadline");
    }
  }
}
