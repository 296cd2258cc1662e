package io.myriapod.journal.log;

import java.util.List;

/**
 * What a log holds.
 *
 * @param snapshot the records of the last compaction; empty if there was none
 * @param entries what was appended since, oldest first
 * @param last sequence of the last entry; 0 in a new log
 * @param findings one sentence for each thing that was lost or cut off
 * @param damaged whether the disk lost something that it had promised to keep
 * @param segments the segments that were read, in order
 * @param highestNumber of all files seen; 0 in a new log
 * @param snapshotNumber number of the snapshot's file; 0 if there was none
 * @param snapshotBytes size of the snapshot's file
 */
public record LogContent(
    List<byte[]> snapshot,
    List<LogEntry> entries,
    long last,
    List<String> findings,
    boolean damaged,
    List<Part> segments,
    long highestNumber,
    long snapshotNumber,
    long snapshotBytes) {

  /**
   * A segment.
   *
   * @param keep bytes from its start that hold all of its entries that count; 0 if none does
   */
  record Part(FileName name, long keep) {}
}
