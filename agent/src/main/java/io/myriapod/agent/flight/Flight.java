package io.myriapod.agent.flight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operation as it went.
 *
 * @param begun when its request was here
 * @param asked what was asked, by whom
 * @param millis how long it took
 * @param stages milliseconds of those that took any
 * @param steps in their order; the last ones are left out of a very long operation
 * @param failure why it did not succeed
 */
public record Flight(
    Instant begun,
    Asked asked,
    double millis,
    Map<Stage, Double> stages,
    List<FlightStep> steps,
    Optional<Failure> failure) {

  public Flight {
    stages = Map.copyOf(stages);
    steps = List.copyOf(steps);
  }

  /**
   * The request, in its caller's words.
   *
   * @param verb of CNI
   * @param calledAs the plugin that was meant
   * @param network name of the configuration; empty as long as that was not read
   * @param pod {@code namespace/name}; empty if the caller does not say
   */
  public record Asked(
      String verb,
      String calledAs,
      String container,
      String interfaceName,
      String network,
      String pod) {
    Asked withNetwork(String name) {
      return new Asked(verb, calledAs, container, interfaceName, name, pod);
    }
  }

  /** A CNI error. */
  public record Failure(int code, String message, String details) {}

  /** As the file has it, and {@code why -o json}. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", begun.toString())
            .put("verb", asked.verb)
            .put("calledAs", asked.calledAs)
            .put("container", asked.container)
            .put("interface", asked.interfaceName)
            .put("network", asked.network)
            .put("pod", asked.pod)
            .put("milliseconds", millis);
    ObjectNode times = json.putObject("stages");
    new EnumMap<>(stagesOrNone()).forEach((stage, took) -> times.put(stage.text(), took));
    failure.ifPresent(
        one ->
            json.putObject("error")
                .put("code", one.code)
                .put("msg", one.message)
                .put("details", one.details));
    ArrayNode list = json.putArray("steps");
    steps.forEach(step -> list.add(step.toJson()));
    return json;
  }

  /** An enum map needs to know its keys' type. */
  private Map<Stage, Double> stagesOrNone() {
    Map<Stage, Double> all = new EnumMap<>(Stage.class);
    all.putAll(stages);
    return all;
  }

  /** Reads what {@link #toJson} wrote; throws {@link RuntimeException} for anything else. */
  static Flight from(JsonNode json) {
    Map<Stage, Double> stages = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      JsonNode took = json.at("/stages/" + stage.text());
      if (took.isNumber()) {
        stages.put(stage, took.asDouble());
      }
    }
    List<FlightStep> steps = new ArrayList<>();
    json.path("steps").forEach(step -> steps.add(FlightStep.from(step)));
    JsonNode error = json.path("error");
    return new Flight(
        Instant.parse(json.path("time").asText()),
        new Asked(
            json.path("verb").asText(),
            json.path("calledAs").asText(),
            json.path("container").asText(),
            json.path("interface").asText(),
            json.path("network").asText(),
            json.path("pod").asText()),
        json.path("milliseconds").asDouble(),
        stages,
        steps,
        error.isObject()
            ? Optional.of(
                new Failure(
                    error.path("code").asInt(),
                    error.path("msg").asText(),
                    error.path("details").asText()))
            : Optional.empty());
  }
}
