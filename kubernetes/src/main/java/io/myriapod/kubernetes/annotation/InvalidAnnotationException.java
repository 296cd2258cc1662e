package io.myriapod.kubernetes.annotation;

/** The annotation's text breaks a rule; the message names the element and the key. */
public final class InvalidAnnotationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  InvalidAnnotationException(String message) {
    super(message);
  }
}
