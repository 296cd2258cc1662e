package io.myriapod.cni.error;

/**
 * An error as a CNI runtime is told of it: a documented code, a message (attempt, subject, finding)
 * and details (what to do; may be empty). CNI SPEC 1.1.0, "Error".
 */
public final class CniException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String details;

  /** An error without a lower one behind it. */
  public CniException(int code, String message, String details) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** An error that a lower one caused. */
  public CniException(int code, String message, String details, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.details = details;
  }

  /** The exception itself if it is one already, else an {@link ErrorCode#INTERNAL} around it. */
  public static CniException of(RuntimeException exception) {
    if (exception instanceof CniException cni) {
      return cni;
    }
    return new CniException(
        ErrorCode.INTERNAL,
        exception.getClass().getSimpleName() + ": " + exception.getMessage(),
        "this is a fault of Myriapod; please report it with the agent's log",
        exception);
  }

  /** One of {@link ErrorCode}, or whatever a foreign plugin gave. */
  public int code() {
    return code;
  }

  /** What to do about it; may be empty. */
  public String details() {
    return details;
  }

  /** The same error with what was attempted put before the message: {@code attempt: message}. */
  public CniException during(String attempt) {
    return new CniException(code, attempt + ": " + getMessage(), details, this);
  }
}
