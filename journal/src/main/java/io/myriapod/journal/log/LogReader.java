package io.myriapod.journal.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads a log back: the newest snapshot and every entry since that can be trusted. */
public final class LogReader {
  private static final int ATTEMPTS = 20;

  private final LogFiles files;
  private final List<String> findings = new ArrayList<>();
  private final List<byte[]> snapshot = new ArrayList<>();
  private final List<LogEntry> entries = new ArrayList<>();
  private final List<LogContent.Part> segments = new ArrayList<>();
  private boolean damaged;
  private long last;
  private long snapshotBytes;

  private LogReader(LogFiles files) {
    this.files = files;
  }

  /**
   * Reads without changing anything. Another process may be writing meanwhile: then what it had
   * written at some moment is read.
   *
   * @throws LogVersionException if a file is of a later format
   */
  public static LogContent read(LogFiles files) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return new LogReader(files).content();
      } catch (FileNotFoundException e) {
        if (attempt == ATTEMPTS) { // a compaction removes files under us, but not as often
          throw e;
        }
      }
    }
  }

  private LogContent content() throws IOException {
    List<FileName> names =
        files.names().stream().flatMap(name -> FileName.parse(name).stream()).toList();
    Optional<FileName> newest =
        names.stream().filter(FileName::snapshot).max(Comparator.comparingLong(FileName::number));
    if (newest.isPresent()) {
      readSnapshot(newest.get());
    }
    long first = newest.map(FileName::number).orElse(0L);
    readSegments(
        names.stream()
            .filter(name -> !name.snapshot() && name.number() > first)
            .sorted(Comparator.comparingLong(FileName::number))
            .toList());
    long highest = names.stream().mapToLong(FileName::number).max().orElse(0);
    return new LogContent(
        snapshot, entries, last, findings, damaged, segments, highest, first, snapshotBytes);
  }

  /** Its frames are numbered from 1; each says in {@code durable} what the snapshot covers. */
  private void readSnapshot(FileName name) throws IOException {
    byte[] file = files.read(name.toString());
    snapshotBytes = file.length;
    Optional<FileHeader> header = header(name, file);
    List<Frame> frames = Frame.scan(file, FileHeader.BYTES);
    frames.forEach(frame -> snapshot.add(frame.payload()));
    last =
        header
            .map(FileHeader::through)
            .orElseGet(() -> frames.stream().mapToLong(Frame::durable).max().orElse(0));
    if (header.isEmpty() || header.get().count() != frames.size()) {
      damaged = true;
      findings.add(
          "read %s: damaged; %d of %s records could be read"
              .formatted(
                  name,
                  frames.size(),
                  header.map(whole -> Integer.toString(whole.count())).orElse("unknown")));
    }
  }

  private record Placed(int segment, Frame frame) {}

  private void readSegments(List<FileName> names) throws IOException {
    List<Placed> frames = new ArrayList<>();
    for (int segment = 0; segment < names.size(); segment++) {
      byte[] file = files.read(names.get(segment).toString());
      boolean headed = header(names.get(segment), file).isPresent();
      List<Frame> found = Frame.scan(file, FileHeader.BYTES);
      for (Frame frame : found) {
        frames.add(new Placed(segment, frame));
      }
      if (!headed && !found.isEmpty()) {
        damaged = true;
        findings.add("read %s: damaged header".formatted(names.get(segment)));
      }
    }
    long[] keep = new long[names.size()];
    for (Placed placed : frames.subList(0, trusted(frames))) {
      if (placed.frame().sequence() > last) {
        last = placed.frame().sequence();
        entries.add(new LogEntry(last, placed.frame().payload()));
        keep[placed.segment()] = placed.frame().end();
      }
    }
    for (int segment = 0; segment < names.size(); segment++) {
      segments.add(new LogContent.Part(names.get(segment), keep[segment]));
    }
  }

  /**
   * How many frames count. Where sequences are missing, either the disk lost what was durable: then
   * what follows still counts. Or power was lost before a flush: then nothing from there on was
   * promised, and what happens to have reached the disk must not count without what precedes it.
   */
  private int trusted(List<Placed> frames) {
    long expected = last + 1;
    for (int i = 0; i < frames.size(); i++) {
      long sequence = frames.get(i).frame().sequence();
      if (sequence > expected) {
        if (durableFrom(frames, i) < expected) {
          findings.add(
              "entry %d and later: never flushed when power was lost; cut off".formatted(expected));
          return i;
        }
        damaged = true;
        findings.add("entries %d to %d: lost by the disk".formatted(expected, sequence - 1));
      }
      expected = Math.max(expected, sequence + 1);
    }
    return frames.size();
  }

  private static long durableFrom(List<Placed> frames, int first) {
    return frames.subList(first, frames.size()).stream()
        .mapToLong(placed -> placed.frame().durable())
        .max()
        .orElse(0);
  }

  private Optional<FileHeader> header(FileName name, byte[] file) throws IOException {
    Optional<FileHeader> header = FileHeader.read(file);
    if (header.isPresent() && !header.get().isReadable()) {
      throw new LogVersionException(
          "read %s in %s: format version %d, want 1 to %d"
              .formatted(name, files.where(), header.get().version(), FileHeader.VERSION));
    }
    return header;
  }
}
