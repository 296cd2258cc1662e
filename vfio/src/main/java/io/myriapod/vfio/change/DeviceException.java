package io.myriapod.vfio.change;

/** Something could not be done to a device. The message is attempt, subject, finding. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a caller can make of it. */
  public enum Kind {
    /** What was named is not there. */
    NOT_FOUND,
    /** Somebody uses it. */
    IN_USE,
    /** It cannot do that, or not in this state. */
    UNUSABLE,
    /** The kernel refused. */
    REFUSED,
    /** Another change of it is being made. */
    BUSY
  }

  private final Kind kind;
  private final String details;

  /**
   * @param details what to do
   */
  public DeviceException(Kind kind, String message, String details) {
    super(message);
    this.kind = kind;
    this.details = details;
  }

  public DeviceException(Kind kind, String message, String details, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.details = details;
  }

  public Kind kind() {
    return kind;
  }

  public String details() {
    return details;
  }

  /** The same, with one more finding at its end. */
  public DeviceException and(String finding) {
    return new DeviceException(kind, getMessage() + "; " + finding, details, this);
  }
}
