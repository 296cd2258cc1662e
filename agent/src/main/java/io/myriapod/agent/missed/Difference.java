package io.myriapod.agent.missed;

import io.myriapod.kubernetes.PodRef;
import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * One thing in which a running pod's annotation and the journal differ.
 *
 * @param network {@code namespace/name} of its definition; what the reader of the annotation says
 *     if that is {@link Reason#UNREADABLE}
 * @param asked the interface that the annotation names, or that the journal has
 */
record Difference(PodRef pod, Reason reason, String network, Optional<InterfaceName> asked) {
  /** What kind of difference; {@link #text} is the metric's label. */
  enum Reason {
    /** The agent has attached nothing at all of a pod that asks for networks. */
    POD_UNKNOWN("pod_unknown"),
    /** The pod has others of its networks, but not this one. */
    NOT_ATTACHED("not_attached"),
    /** The annotation cannot be read any more. */
    UNREADABLE("unreadable"),
    /** Attached, and not named by the annotation: for information. */
    NOT_NAMED("not_named");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Whether the pod's owner should hear of it. */
  boolean isMissed() {
    return reason != Reason.NOT_NAMED;
  }

  /** For a metric: of an unreadable annotation there is no name. */
  String label() {
    return reason == Reason.UNREADABLE ? "" : network;
  }

  /** For a message: {@code "shop/storage" as net1}. */
  String shown() {
    return "\"%s\"%s".formatted(network, asked.map(name -> " as " + name).orElse(""));
  }
}
