package io.myriapod.kubernetes;

import java.util.Optional;

/**
 * Something that a person who looks at the pod should know. events.k8s.io.
 *
 * @param reason one word in CamelCase, such as {@code AddedInterface}
 * @param subject the pod; empty if it concerns the node
 */
public record Event(Severity severity, String reason, String message, Optional<PodRef> subject) {
  /** The reason of events about a pod that did not get what it asked for. */
  public static final String FAILED = "FailedAttachment";

  /** The {@code type} of a Kubernetes event. */
  public enum Severity {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    Severity(String text) {
      this.text = text;
    }

    /** As Kubernetes writes it. */
    public String text() {
      return text;
    }
  }

  /** All went as it should. */
  public static Event normal(PodRef subject, String reason, String message) {
    return new Event(Severity.NORMAL, reason, message, Optional.of(subject));
  }

  /** Something about this pod wants a look. */
  public static Event warning(PodRef subject, String reason, String message) {
    return new Event(Severity.WARNING, reason, message, Optional.of(subject));
  }

  /** Something about this node wants a look. */
  public static Event nodeWarning(String reason, String message) {
    return new Event(Severity.WARNING, reason, message, Optional.empty());
  }
}
