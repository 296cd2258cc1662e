package io.myriapod.agent.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param subject what, such as {@code kernel}
 * @param finding what was seen
 * @param advice what to do; empty where all is well
 */
public record Diagnosis(String subject, State state, String finding, String advice) {
  /** How it is. */
  public enum State {
    OK,
    /** Something that is asked for may not work. */
    WARNING,
    /** Pods cannot be attached. */
    FAULT;

    /** As both output formats have it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Diagnosis ok(String subject, String finding) {
    return new Diagnosis(subject, State.OK, finding, "");
  }

  static Diagnosis warning(String subject, String finding, String advice) {
    return new Diagnosis(subject, State.WARNING, finding, advice);
  }

  static Diagnosis fault(String subject, String finding, String advice) {
    return new Diagnosis(subject, State.FAULT, finding, advice);
  }

  /** All of it. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("subject", subject)
        .put("state", state.text())
        .put("finding", finding)
        .put("advice", advice);
  }
}
