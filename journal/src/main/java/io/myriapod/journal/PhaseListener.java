package io.myriapod.journal;

/** Told of every point at which a crash leaves another state behind. */
@FunctionalInterface
public interface PhaseListener {
  /** Does nothing. */
  PhaseListener NONE = (phase, key, detail) -> {};

  /**
   * Called in the thread that does the work, after what the phase says and before anything else; no
   * lock is held. May block (fault tests do).
   *
   * @param detail kind of the inverse, name of the fact, or empty
   */
  void reached(JournalPhase phase, RecordKey key, String detail);
}
