package io.myriapod.journal.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final AtomicLong numbers;
  private final List<Sealed> sealed = new ArrayList<>(); // guarded by lock
  private volatile Optional<Segment> active = Optional.empty();
  private Optional<Segment> next = Optional.empty(); // guarded by lock
  private volatile Optional<IOException> behind = Optional.empty();
  private volatile long appended;
  private volatile long written;
  private volatile long compactAt;
  private volatile long snapshotBytes;
  private boolean closed; // guarded by lock

  private record Sealed(FileName name, long bytes) {}

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
    this.numbers = new AtomicLong(content.highestNumber());
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
    for (LogContent.Part part : content.segments()) {
      if (part.keep() > 0) {
        files.cut(part.name().toString(), part.keep());
        sealed.add(new Sealed(part.name(), part.keep()));
      }
    }
    Set<FileName> kept = sealed.stream().map(Sealed::name).collect(Collectors.toSet());
    for (String name : files.names()) {
      Optional<FileName> parsed = FileName.parse(name);
      boolean obsolete =
          parsed.isPresent()
              ? !kept.contains(parsed.get()) && parsed.get().number() != content.snapshotNumber()
              : name.endsWith(FileName.TEMPORARY);
      if (obsolete) {
        files.delete(name);
      }
    }
    Segment first = Segment.create(files, FileName.segment(numbers.incrementAndGet()), capacity(0));
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
      activate(takeNext(size));
    }
    active().write(Frame.encode(appended + 1, commit.durable(), payload));
    written = ++appended;
  }

  private Segment takeNext(int size) throws IOException {
    Optional<Segment> ready =
        next.filter(segment -> segment.room() >= (long) size + settings.reserve());
    if (ready.isPresent()) {
      next = Optional.empty();
      return ready.get();
    }
    return Segment.create(files, FileName.segment(numbers.incrementAndGet()), capacity(size));
  }

  private long capacity(int size) {
    return Math.max(settings.segment(), (long) FileHeader.BYTES + size + settings.reserve());
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
      discard(fresh);
      throw e;
    }
    sealed.add(new Sealed(old.name(), old.capacity()));
    closeQuietly(old);
    if (next.filter(segment -> segment.number() < fresh.number()).isPresent()) {
      discard(next.get());
      next = Optional.empty();
    }
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
    long number = numbers.addAndGet(2) - 1;
    Segment fresh = Segment.create(files, FileName.segment(number + 1), capacity(0));
    try {
      snapshotTaken(SnapshotFile.write(files, FileName.snapshot(number), appended, state.get()));
    } catch (IOException e) {
      discard(fresh);
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
    old.ifPresent(EntryLog::closeQuietly);
    dropBefore(number);
  }

  /** Whether so much of the segments is outdated that {@link #compact} is worth it. */
  public boolean compactionDue() {
    lock.lock();
    try {
      return behind.isEmpty()
          && !sealed.isEmpty()
          && (sealed.size() >= MOST_SEALED || sealedBytes() >= compactAt);
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
      long number = numbers.addAndGet(2) - 1;
      Segment fresh = Segment.create(files, FileName.segment(number + 1), capacity(0));
      long through;
      Stream<byte[]> records;
      lock.lock();
      try {
        if (closed || isBehind() || active().number() > number) {
          discard(fresh); // overtaken: it will be due again
          return;
        }
        activate(fresh);
        through = appended;
        records = state.get();
        compactAt = sealedBytes() + settings.compactAt(); // not again at once if it fails
      } finally {
        lock.unlock();
      }
      snapshotTaken(SnapshotFile.write(files, FileName.snapshot(number), through, records));
      lock.lock();
      try {
        dropBefore(number);
      } finally {
        lock.unlock();
      }
    }
  }

  private void snapshotTaken(long bytes) {
    snapshotBytes = bytes;
    compactAt = Math.max(settings.compactAt(), 2 * bytes);
  }

  private void dropBefore(long number) throws IOException {
    sealed.removeIf(one -> one.name().number() < number);
    if (next.filter(segment -> segment.number() < number).isPresent()) {
      closeQuietly(next.get());
      next = Optional.empty();
    }
    for (String name : files.names()) {
      if (FileName.parse(name).filter(one -> one.number() < number).isPresent()) {
        files.delete(name);
      }
    }
  }

  private long sealedBytes() {
    return sealed.stream().mapToLong(Sealed::bytes).sum();
  }

  /** Allocates the next segment before it is needed. The owner does not hold the lock. */
  public void prepareNext() throws IOException {
    lock.lock();
    try {
      boolean wanted =
          !closed
              && !isBehind()
              && next.isEmpty()
              && active().room() - settings.reserve() < settings.segment() / 2;
      if (!wanted) {
        return;
      }
    } finally {
      lock.unlock();
    }
    Segment fresh = Segment.create(files, FileName.segment(numbers.incrementAndGet()), capacity(0));
    lock.lock();
    try {
      if (closed || next.isPresent() || isBehind() || active().number() > fresh.number()) {
        discard(fresh);
      } else {
        next = Optional.of(fresh);
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
      active.ifPresent(EntryLog::closeQuietly);
      next.ifPresent(EntryLog::closeQuietly);
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

  private void discard(Segment segment) {
    closeQuietly(segment);
    try {
      files.delete(segment.name().toString());
    } catch (IOException e) {
      // it is empty, and is deleted when the log is opened again
    }
  }

  private static void closeQuietly(Segment segment) {
    try {
      segment.close();
    } catch (IOException e) {
      // its content was flushed, or is written anew elsewhere
    }
  }
}
