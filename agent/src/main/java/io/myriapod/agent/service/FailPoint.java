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
 * from outside just there. Off unless the system property {@code myriapod.failpoint} names a file;
 * while that file exists it says where: {@code PHASE[:DETAIL]}. Once there, {@code FILE.reached} is
 * written.
 */
final class FailPoint implements PhaseListener {
  private final Path armed;

  private FailPoint(Path armed) {
    this.armed = armed;
  }

  static PhaseListener fromEnvironment() {
    String file = System.getProperty("myriapod.failpoint", "");
    return file.isEmpty() ? (phase, key, detail) -> {} : new FailPoint(Path.of(file));
  }

  @Override
  public void reached(JournalPhase phase, RecordKey key, String detail) {
    String point = point();
    if (!point.equals(phase.name()) && !point.equals(phase.name() + ":" + detail)) {
      return;
    }
    try {
      Files.writeString(
          armed.resolveSibling(armed.getFileName() + ".reached"),
          phase + " " + key + " " + detail + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (true) {
      LockSupport.park(this);
    }
  }

  private String point() {
    try {
      return Files.exists(armed) ? Files.readString(armed) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
