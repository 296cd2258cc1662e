package io.myriapod.agent.service;

import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.RecordKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * For fault tests alone: holds the process at one point of the journal, so that it can be killed
 * from outside just there. Off unless the system property {@code myriapod.failpoint} is set: {@code
 * PHASE[:DETAIL]}; the file named by {@code myriapod.failpoint.reached} is written when the point
 * is reached for the first time.
 */
final class FailPoint implements PhaseListener {
  private final String point;
  private final Path reached;

  private FailPoint(String point, Path reached) {
    this.point = point;
    this.reached = reached;
  }

  static PhaseListener fromEnvironment() {
    String point = System.getProperty("myriapod.failpoint", "");
    if (point.isEmpty()) {
      return (phase, key, detail) -> {};
    }
    return new FailPoint(point, Path.of(System.getProperty("myriapod.failpoint.reached")));
  }

  @Override
  public void reached(JournalPhase phase, RecordKey key, String detail) {
    if (!point.equals(phase.name()) && !point.equals(phase.name() + ":" + detail)) {
      return;
    }
    try {
      Files.writeString(reached, phase + " " + key + " " + detail + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (true) {
      LockSupport.park(this);
    }
  }
}
