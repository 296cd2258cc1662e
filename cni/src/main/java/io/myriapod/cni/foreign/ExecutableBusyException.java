package io.myriapod.cni.foreign;

/** The executable is being written by someone: ETXTBSY of execve(2). It passes. */
public final class ExecutableBusyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the words of the system. */
  public ExecutableBusyException(String message) {
    super(message);
  }
}
