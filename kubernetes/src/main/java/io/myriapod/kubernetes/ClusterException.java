package io.myriapod.kubernetes;

/** The cluster could not be asked or told; it says nothing about whether the object exists. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The message says attempt, subject and finding. */
  public ClusterException(String message) {
    super(message);
  }

  /** The same, with what it comes from. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
