package io.myriapod.agent.inspection;

/** What a finding means for who waits for the verdict. */
public enum Severity {
  /** An ADD would fail. */
  ERROR,
  /** Something has no effect, or cannot be known here. */
  WARNING
}
