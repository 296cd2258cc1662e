package io.myriapod.vfio;

import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.RecordKey;

/**
 * Ends the process at a point, as far as a listener can: whatever tells it anything from then on
 * ends as well, so that nothing is undone.
 */
final class Killing implements PhaseListener {
  private final String point;
  private int left;

  private Killing(String point, int times) {
    this.point = point;
    this.left = times;
  }

  /** When that step, or inverse, is told of for the so-manieth time. */
  static Killing at(String point, int times) {
    return new Killing(point, times);
  }

  @Override
  public void reached(JournalPhase phase, RecordKey key, String detail) {
    if (left > 0 && detail.equals(point)) {
      left--;
    }
    if (left == 0) {
      throw new Killed(phase);
    }
  }

  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(JournalPhase phase) {
      super(phase.name());
    }
  }
}
