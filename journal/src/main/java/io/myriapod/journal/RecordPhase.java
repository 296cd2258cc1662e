package io.myriapod.journal;

/** How far an attachment has come. */
public enum RecordPhase {
  /** Opened; no step was recorded. */
  PLANNED,
  /** At least one step was recorded, and so may have been done. */
  ADDING,
  /** The ADD succeeded. */
  ATTACHED,
  /** An undo of the whole record has begun; it may have failed in part and wait for the next. */
  DELETING
}
