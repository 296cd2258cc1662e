package io.myriapod.journal;

import java.nio.file.Path;

/** The exclusive lock of the one process that writes a journal; flock(2) in the agent. */
@FunctionalInterface
public interface JournalLock {
  /**
   * Waits until this process alone holds the lock. The file is made if it is absent and never
   * deleted.
   *
   * @throws RuntimeException if it cannot be locked; passed on as it is
   */
  Held acquire(Path file);

  /** A lock that is held until it is closed or the process ends. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
