package io.myriapod.sriov;

/** A driver took a setting and did not do it. */
final class UnheededException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnheededException(String message) {
    super(message);
  }
}
