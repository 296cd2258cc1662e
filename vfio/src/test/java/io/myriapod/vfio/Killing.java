package io.myriapod.vfio;

import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.RecordKey;
import java.util.function.Predicate;

/**
 * Ends the process at a point, as far as that can be had within one: from then on whatever it tells
 * anybody and whatever it writes to sysfs fails, so that nothing is done and nothing undone.
 */
final class Killing implements PhaseListener {
  private final Predicate<String> point;
  private final boolean writesCount;
  private int left;

  private Killing(Predicate<String> point, boolean writesCount, int times) {
    this.point = point;
    this.writesCount = writesCount;
    this.left = times;
  }

  /** When that step, or inverse, is told of for the so-manieth time. */
  static Killing at(String point, int times) {
    return new Killing(point::equals, false, times);
  }

  /** After so many writes to the journal and to sysfs. */
  static Killing after(int times) {
    return new Killing(any -> true, true, times + 1);
  }

  @Override
  public void reached(JournalPhase phase, RecordKey key, String detail) {
    count(point.test(detail), phase.name());
  }

  /** Called before each write to sysfs. */
  void writing(String path) {
    count(writesCount, path);
  }

  private synchronized void count(boolean isPoint, String where) {
    if (left > 0 && isPoint) {
      left--;
    }
    if (left == 0) {
      throw new Killed(where);
    }
  }

  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(String where) {
      super(where);
    }
  }
}
