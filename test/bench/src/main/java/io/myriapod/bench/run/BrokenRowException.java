package io.myriapod.bench.run;

/** A row cannot be measured, or what was measured was not what it should be. */
public final class BrokenRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was attempted and what was found. */
  public BrokenRowException(String message) {
    super(message);
  }

  /** The same with a cause. */
  public BrokenRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
