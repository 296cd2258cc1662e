package io.myriapod.kubernetes.kubelet;

/** This kubelet is too old for what it was asked, or has it switched off. */
final class NotServedException extends Exception {
  private static final long serialVersionUID = 1;

  NotServedException(String message) {
    super(message);
  }
}
