package io.myriapod.agent.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One thing that must be so.
 *
 * @param name a word, as metrics and probes know it
 * @param reason what is missing; empty if it is so
 */
public record Check(String name, boolean ok, String reason) {
  static Check of(String name, boolean ok, String otherwise) {
    return new Check(name, ok, ok ? "" : otherwise);
  }

  /** As Kubernetes' own servers write it. */
  public String line() {
    return ok ? "[+]%s ok".formatted(name) : "[-]%s failed: %s".formatted(name, reason);
  }

  /** {@code name}, {@code ok}, and {@code reason} if it is not. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name).put("ok", ok);
    return ok ? json : json.put("reason", reason);
  }
}
