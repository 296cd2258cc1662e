package io.myriapod.deviceplugin.snapshot;

/** A directory that cannot be read as a node's, or written; names it. */
public final class SnapshotException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String details;

  SnapshotException(String message, String details) {
    super(message);
    this.details = details;
  }

  /** What to do. */
  public String details() {
    return details;
  }
}
