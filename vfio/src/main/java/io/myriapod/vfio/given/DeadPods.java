package io.myriapod.vfio.given;

import io.myriapod.journal.AttachmentRecord;
import java.time.Duration;

/** Cleans up after pods that died and were never deleted. The agent's. */
@FunctionalInterface
public interface DeadPods {
  /**
   * Undoes all of the holder's container if its namespace is not there any more; otherwise does
   * nothing. To be called only if the device itself shows that the pod has lost it: a path that is
   * missing proves no death. Not to be called under the lock of those that give devices away.
   *
   * @param patience how long to wait for what the agent does to that container just now
   */
  void undo(AttachmentRecord holder, Duration patience);
}
