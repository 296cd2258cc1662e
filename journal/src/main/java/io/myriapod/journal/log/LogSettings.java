package io.myriapod.journal.log;

/**
 * Sizes of a log, in bytes.
 *
 * @param segment what is allocated for a segment before the first entry goes into it
 * @param reserve the end of each segment that only {@link EntryLog#appendAnyway} may fill
 * @param compactAt a compaction is due when the sealed segments hold as much, and twice the last
 *     snapshot
 */
public record LogSettings(int segment, int reserve, long compactAt) {
  /** What the agent uses: some hundred ADDs per segment. */
  public static final LogSettings DEFAULT = new LogSettings(1 << 20, 1 << 18, 1L << 22);

  public LogSettings {
    if (reserve < 0 || segment < FileHeader.BYTES + reserve) {
      throw new IllegalArgumentException(
          "segment of %d bytes: want room for a header and the reserve of %d"
              .formatted(segment, reserve));
    }
  }
}
