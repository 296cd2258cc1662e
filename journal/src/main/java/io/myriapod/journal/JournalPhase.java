package io.myriapod.journal;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Every point in the life of a record at which a crash leaves another state behind. Fault tests
 * iterate this list and kill the process at each.
 */
public enum JournalPhase {
  /** The record was written, not yet durable. */
  RECORD_PLANNED(Occasion.ADD),
  /** The record became durable. */
  RECORD_SYNCED(Occasion.ADD),
  /** An inverse was written; its step is not done yet. */
  STEP_RECORDED(Occasion.ADD),
  /** An inverse got to know more; its step is done. */
  STEP_REFINED(Occasion.ADD),
  /** A fact was written. */
  FACT_RECORDED(Occasion.ADD),
  /** A plugin that joined the record says that its steps succeeded. */
  STEPS_DONE(Occasion.ADD),
  /** The record was marked attached; the caller has no answer yet. */
  RECORD_ATTACHED(Occasion.ADD),
  /** The record was marked for deletion; no inverse has run. */
  DELETE_BEGUN(Occasion.UNDO),
  /** An inverse is about to run. */
  INVERSE_STARTING(Occasion.UNDO),
  /** An inverse succeeded, which is not written yet. */
  INVERSE_RUN(Occasion.UNDO),
  /** The success of an inverse was written. */
  INVERSE_NOTED(Occasion.UNDO),
  /** The failure of an inverse was written. */
  INVERSE_FAILED(Occasion.FAILING_UNDO),
  /** The record was ended. */
  RECORD_ENDED(Occasion.UNDO);

  /** Those that a change of a device comes to, when it succeeds and when it is undone. */
  public static final Set<JournalPhase> OF_DEVICES =
      Collections.unmodifiableSet(
          EnumSet.of(
              STEP_RECORDED,
              STEP_REFINED,
              RECORD_ATTACHED,
              INVERSE_STARTING,
              INVERSE_RUN,
              INVERSE_NOTED,
              INVERSE_FAILED,
              RECORD_ENDED));

  /** In which operation a phase is reached. */
  public enum Occasion {
    ADD,
    /** DEL, rollback, recovery. */
    UNDO,
    /** An undo in which a handler does not succeed. */
    FAILING_UNDO
  }

  private final Occasion occasion;

  JournalPhase(Occasion occasion) {
    this.occasion = occasion;
  }

  public Occasion occasion() {
    return occasion;
  }
}
