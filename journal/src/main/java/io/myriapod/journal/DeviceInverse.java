package io.myriapod.journal;

import java.util.Optional;

/** Runs the inverses of one kind that devices have. */
@FunctionalInterface
public interface DeviceInverse {
  /**
   * Undoes a change of the device. Idempotent: the change may never have been made, or be undone
   * already.
   *
   * @return why it was not undone: attempt, subject, finding; empty if it was. An exception counts
   *     as a failure
   */
  Optional<String> undo(DeviceRecord record, Inverse inverse);
}
