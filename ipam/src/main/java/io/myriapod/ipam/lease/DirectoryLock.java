package io.myriapod.ipam.lease;

import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.nio.file.Path;

/** flock(2) on the file {@code lock} of a lease directory: whoever changes leases holds it. */
@FunctionalInterface
interface DirectoryLock {
  /**
   * Waits for the lock on a file that is there.
   *
   * @throws java.nio.file.NoSuchFileException if the file is gone
   * @throws io.myriapod.cni.error.CniException code 11 when the deadline passes first
   */
  Hold take(Path lockFile, Deadline deadline) throws IOException;

  /** The lock while it is held. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }
}
