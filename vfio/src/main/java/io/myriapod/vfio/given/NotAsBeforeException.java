package io.myriapod.vfio.given;

/** A device is home, but not what it was: the message says what was refused. */
public final class NotAsBeforeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotAsBeforeException(String message) {
    super(message);
  }
}
