package io.myriapod.journal.log;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The writing side of a log. Appends are serialised by the owner's lock; flushes and compaction run
 * beside them.
 *
 * <p>When the disk takes nothing more, or a flush failed (after which the kernel has dropped what
 * it could not write, so that it must not be asked again), the log falls <em>behind</em>: entries
 * that must not fail go on in the owner's memory only, others are refused, until {@link #rewrite}
 * puts the owner's whole state into fresh files.
 */
public final class EntryLog implements AutoCloseable {
  private static final int MOST_SEALED = 8;

  private final LogFiles files;
  private final LogSettings settings;
  private final Lock lock;
  private final Supplier<Stream<byte[]>> state;
  private final GroupCommit commit = new GroupCommit(this::flush);
  private final Object compaction = new Object();
  private final Segments segments;
  private volatile Optional<Segment> active = Optional.empty();
  private volatile Optional<IOException> behind = Optional.empty();
  private volatile long appended;
  private volatile long written;
  private volatile long compactAt;
  private volatile long snapshotBytes;
  private boolean closed; // guarded by lock

  private EntryLog(
      LogFiles files,
      LogContent content,
      LogSettings settings,
      Lock lock,
      Supplier<Stream<byte[]>> state) {
    this.files = files;
    this.settings = settings;
    this.lock = lock;
    this.state = state;
    this.segments = new Segments(files, settings, content.highestNumber());
    this.appended = content.last();
    this.snapshotBytes = content.snapshotBytes();
    this.compactAt = content.damaged() ? 0 : Math.max(settings.compactAt(), 2 * snapshotBytes);
  }

  /**
   * Goes on where the content ends. A disk that cannot be written makes the log behind from the
   * start; it does not fail.
   *
   * @param content as just read from these files, which nobody else writes
   * @param lock held by the owner around every method that says so
   * @param state the owner's records, one byte string each; called under the lock, read outside it
   */
  public static EntryLog open(
      LogFiles files,
      LogContent content,
      LogSettings settings,
      Lock lock,
      Supplier<Stream<byte[]>> state) {
    EntryLog log = new EntryLog(files, content, settings, lock, state);
    try {
      log.takeOver(content);
    } catch (IOException e) {
      log.fallBehind(e);
    }
    return log;
  }

  /** What was cut off is off the disk, and all that counts is durable, before anything follows. */
  private void takeOver(LogContent content) throws IOException {
    segments.takeOver(content);
    Segment first = segments.create(0);
    commit.instead(
        () -> {
          active = Optional.of(first);
          written = appended;
          return appended;
        });
  }

  /**
   * Appends an entry, not durably. The owner holds the lock.
   *
   * @return its sequence
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public long append(byte[] payload) throws IOException {
    requireUpToDate();
    place(payload, settings.reserve());
    return appended;
  }

  /**
   * Appends an entry that must not fail: into the reserve if need be, and if that is full too, into
   * the owner's memory only. The owner holds the lock.
   *
   * @return its sequence
   */
  public long appendAnyway(byte[] payload) {
    if (behind.isEmpty()) {
      try {
        place(payload, 0);
        return appended;
      } catch (IOException e) {
        fallBehind(e);
      }
    }
    return ++appended;
  }

  private void place(byte[] payload, int spare) throws IOException {
    int size = Frame.size(payload);
    if (active().room() < (long) size + spare) {
      activate(segments.take(size));
    }
    active().write(Frame.encode(appended + 1, commit.durable(), payload));
    written = ++appended;
  }

  /** Seals the active segment, so that nothing in the fresh one is durable before it. */
  private void activate(Segment fresh) throws IOException {
    Segment old = active();
    try {
      commit.instead(
          () -> {
            long reached = flush();
            active = Optional.of(fresh);
            return reached;
          });
    } catch (IOException e) {
      segments.discard(fresh);
      throw e;
    }
    segments.seal(old);
    segments.discardSpareBefore(fresh.number());
  }

  /**
   * Makes all that was appended before the call durable; callers at the same time share a flush.
   *
   * @throws IOException if the log is or falls behind
   */
  public void sync() throws IOException {
    requireUpToDate();
    commit.await(appended);
  }

  private long flush() throws IOException {
    requireUpToDate();
    long reached = written;
    try {
      active().force();
    } catch (IOException e) {
      fallBehind(e);
      throw e;
    }
    return reached;
  }

  /** Sequence of the last entry that is durable. */
  public long durable() {
    return commit.durable();
  }

  /** Sequence of the last entry. */
  public long appended() {
    return appended;
  }

  /** Whether entries are missing on disk, or may be. */
  public boolean isBehind() {
    return behind.isPresent();
  }

  /**
   * Whether the disk takes what an ADD needs.
   *
   * @throws IOException that says why not
   */
  public void requireWritable() throws IOException {
    requireUpToDate();
    requireDisk();
  }

  private void requireDisk() throws IOException {
    if (!files.writable()) {
      throw new IOException("Read-only file system");
    }
    long usable = files.usableBytes();
    if (usable < settings.segment()) {
      throw new IOException(
          "No space left on device: %d bytes, want %d".formatted(usable, settings.segment()));
    }
  }

  /**
   * Puts the owner's state into fresh files, durably, after which the log is no longer behind. The
   * owner holds the lock.
   *
   * @throws IOException if the disk still takes nothing
   */
  public void rewrite() throws IOException {
    if (closed) { // somebody else may be writing these files by now
      requireUpToDate();
    }
    requireDisk();
    long number = segments.snapshotNumber();
    Segment fresh = segments.createAfter(number);
    try {
      snapshotTaken(SnapshotFile.write(files, FileName.snapshot(number), appended, state.get()));
    } catch (IOException e) {
      segments.discard(fresh);
      throw e;
    }
    Optional<Segment> old = active;
    commit.instead(
        () -> {
          active = Optional.of(fresh);
          written = appended;
          behind = Optional.empty();
          return appended;
        });
    old.ifPresent(Segments::closeQuietly);
    segments.dropBefore(number);
  }

  /** Whether so much of the segments is outdated that {@link #compact} is worth it. */
  public boolean compactionDue() {
    lock.lock();
    try {
      return behind.isEmpty()
          && segments.sealed() > 0
          && (segments.sealed() >= MOST_SEALED || segments.sealedBytes() >= compactAt);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Replaces all segments so far by a snapshot of the owner's state. Appends go on meanwhile. The
   * owner does not hold the lock.
   *
   * @throws IOException if it could not be written; nothing is lost, and it is due again later
   */
  public void compact() throws IOException {
    synchronized (compaction) {
      sync(); // so that the flush under the lock is short
      long number = segments.snapshotNumber();
      Segment fresh = segments.createAfter(number);
      long through;
      Stream<byte[]> records;
      lock.lock();
      try {
        if (closed || isBehind() || active().number() > number) {
          segments.discard(fresh); // overtaken: it will be due again
          return;
        }
        activate(fresh);
        through = appended;
        records = state.get();
        compactAt = segments.sealedBytes() + settings.compactAt(); // not again at once if it fails
      } finally {
        lock.unlock();
      }
      snapshotTaken(SnapshotFile.write(files, FileName.snapshot(number), through, records));
      lock.lock();
      try {
        segments.dropBefore(number);
      } finally {
        lock.unlock();
      }
    }
  }

  private void snapshotTaken(long bytes) {
    snapshotBytes = bytes;
    compactAt = Math.max(settings.compactAt(), 2 * bytes);
  }

  /** Allocates the next segment before it is needed. The owner does not hold the lock. */
  public void prepareNext() throws IOException {
    lock.lock();
    try {
      boolean wanted =
          !closed
              && !isBehind()
              && !segments.hasSpare()
              && active().room() - settings.reserve() < settings.segment() / 2;
      if (!wanted) {
        return;
      }
    } finally {
      lock.unlock();
    }
    Segment fresh = segments.create(0);
    lock.lock();
    try {
      if (closed || segments.hasSpare() || isBehind() || active().number() > fresh.number()) {
        segments.discard(fresh);
      } else {
        segments.keep(fresh);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes the files, for good; what was not flushed stays so. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      fallBehind(new IOException("closed"));
      active.ifPresent(Segments::closeQuietly);
      segments.close();
    } finally {
      lock.unlock();
    }
  }

  private Segment active() {
    return active.orElseThrow(() -> new IllegalStateException("log without segment"));
  }

  private void fallBehind(IOException cause) {
    behind = Optional.of(cause);
  }

  private void requireUpToDate() throws IOException {
    Optional<IOException> cause = behind;
    if (cause.isPresent()) {
      throw new IOException(cause.get().getMessage(), cause.get());
    }
  }
}
