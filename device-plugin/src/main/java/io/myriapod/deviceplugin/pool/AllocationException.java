package io.myriapod.deviceplugin.pool;

/** A device cannot be had: attempt, subject, finding, and what to do. */
public final class AllocationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is. */
  public enum Kind {
    /** Nobody ever offered such a device here, or it was asked for twice. */
    NOT_OFFERED,
    /** It is offered, and not fit now. */
    NOT_READY
  }

  private final Kind kind;

  public AllocationException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
