package io.myriapod.journal;

import java.util.List;
import java.util.Map;

/** Runs the inverses of one kind. Registered by the agent for the module that records them. */
@FunctionalInterface
public interface InverseHandler {
  /**
   * Undoes all of them in one go, newest first. Idempotent: the step may never have been done, may
   * be undone already, and the same batch may come again after a crash. Touches nothing that
   * belongs to somebody else by now.
   *
   * @return why, for each that was not undone: attempt, subject, finding; empty if all are undone.
   *     An exception counts as a failure of the whole batch
   */
  Map<PendingInverse, String> undo(List<PendingInverse> batch);
}
