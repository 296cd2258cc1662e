package io.myriapod.agent.http;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What is read anew if the last look is a second old, however many ask for it. Safe for use by many
 * threads: one reads, and the others get what the look before saw; only of the first look all wait
 * for the end.
 */
public final class LastLook<T> implements Supplier<T> {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Supplier<T> reader;
  private final LongSupplier nanoClock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Look<T> last;

  private record Look<T>(T seen, long at) {}

  public LastLook(Supplier<T> reader) {
    this(reader, System::nanoTime);
  }

  LastLook(Supplier<T> reader, LongSupplier nanoClock) {
    this.reader = reader;
    this.nanoClock = nanoClock;
  }

  @Override
  public T get() {
    Look<T> known = last;
    if (known == null) {
      reading.lock();
    } else if (isFresh(known) || !reading.tryLock()) {
      return known.seen();
    }
    try {
      return freshest();
    } finally {
      reading.unlock();
    }
  }

  private T freshest() {
    Look<T> known = last;
    if (known == null || !isFresh(known)) {
      known = new Look<>(reader.get(), nanoClock.getAsLong());
      last = known;
    }
    return known.seen();
  }

  private boolean isFresh(Look<T> look) {
    return nanoClock.getAsLong() - look.at() < FRESH_NANOS;
  }
}
