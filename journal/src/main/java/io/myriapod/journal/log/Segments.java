package io.myriapod.journal.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The segments beside the active one: those that are sealed, and one that is kept ready. Guarded by
 * the lock of the log's owner, but for what makes files.
 */
final class Segments {
  private final LogFiles files;
  private final LogSettings settings;
  private final AtomicLong numbers;
  private final List<Sealed> sealed = new ArrayList<>();
  private Optional<Segment> spare = Optional.empty();

  private record Sealed(FileName name, long bytes) {}

  /**
   * @param highestNumber of all files that are or were there
   */
  Segments(LogFiles files, LogSettings settings, long highestNumber) {
    this.files = files;
    this.settings = settings;
    this.numbers = new AtomicLong(highestNumber);
  }

  /** Seals what was read, cuts off what does not count, and deletes files that are outdated. */
  void takeOver(LogContent content) throws IOException {
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
  }

  /** A fresh one with the next number and room for a frame of that size. Needs no lock. */
  Segment create(int size) throws IOException {
    return create(numbers.incrementAndGet(), size);
  }

  /** A number for a snapshot; the next one is kept for {@link #createAfter}. Needs no lock. */
  long snapshotNumber() {
    return numbers.addAndGet(2) - 1;
  }

  /** A fresh one with the number that follows the snapshot's. Needs no lock. */
  Segment createAfter(long snapshot) throws IOException {
    return create(snapshot + 1, 0);
  }

  private Segment create(long number, int size) throws IOException {
    long room = (long) FileHeader.BYTES + size + settings.reserve();
    return Segment.create(files, FileName.segment(number), Math.max(settings.segment(), room));
  }

  boolean hasSpare() {
    return spare.isPresent();
  }

  /** Keeps it ready for {@link #take}. */
  void keep(Segment fresh) {
    spare = Optional.of(fresh);
  }

  /** One with room for a frame of that size: the one kept ready, or a fresh one. */
  Segment take(int size) throws IOException {
    Optional<Segment> ready =
        spare.filter(segment -> segment.room() >= (long) size + settings.reserve());
    if (ready.isEmpty()) {
      return create(size);
    }
    spare = Optional.empty();
    return ready.get();
  }

  /** Closes one whose content was flushed, and remembers it until it is outdated. */
  void seal(Segment full) {
    sealed.add(new Sealed(full.name(), full.capacity()));
    closeQuietly(full);
  }

  /** Entries must be in the order of their segments' numbers. */
  void discardSpareBefore(long number) {
    if (spare.filter(segment -> segment.number() < number).isPresent()) {
      discard(spare.get());
      spare = Optional.empty();
    }
  }

  /** Deletes all files before a snapshot of that number. */
  void dropBefore(long number) throws IOException {
    sealed.removeIf(one -> one.name().number() < number);
    discardSpareBefore(number);
    for (String name : files.names()) {
      if (FileName.parse(name).filter(one -> one.number() < number).isPresent()) {
        files.delete(name);
      }
    }
  }

  int sealed() {
    return sealed.size();
  }

  long sealedBytes() {
    return sealed.stream().mapToLong(Sealed::bytes).sum();
  }

  void discard(Segment empty) {
    closeQuietly(empty);
    try {
      files.delete(empty.name().toString());
    } catch (IOException e) {
      // it is empty, and is deleted when the log is opened again
    }
  }

  void close() {
    spare.ifPresent(Segments::closeQuietly);
  }

  static void closeQuietly(Segment segment) {
    try {
      segment.close();
    } catch (IOException e) {
      // its content was flushed, or is written anew elsewhere
    }
  }
}
