package io.myriapod.agent.socket;

/** Bytes that are no frame of this wire. The message says what was found and what is allowed. */
public final class FrameException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public FrameException(String finding) {
    super("read the frame: " + finding);
  }
}
