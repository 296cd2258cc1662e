package io.myriapod.agent.flight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Something that was reached.
 *
 * @param atMillis since the operation began in the agent
 * @param what a phase of the journal, such as {@code STEP_RECORDED}, or a stage
 * @param detail of what; may be empty
 * @param subject the interface or device; empty for the whole operation
 */
public record FlightStep(double atMillis, String what, String detail, String subject) {
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("at", atMillis).put("what", what);
    if (!detail.isEmpty()) {
      json.put("detail", detail);
    }
    return subject.isEmpty() ? json : json.put("subject", subject);
  }

  static FlightStep from(JsonNode json) {
    return new FlightStep(
        json.path("at").asDouble(),
        json.path("what").asText(),
        json.path("detail").asText(),
        json.path("subject").asText());
  }
}
