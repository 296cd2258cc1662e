package io.myriapod.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod of this node and what its kubelet says of it.
 *
 * @param hostNetwork whether it uses the node's own network: no plugin is called for it
 * @param reported whether anybody says how it is; a manifest in a directory need not
 * @param runningSince when the first of the containers that run was started; empty if none runs, or
 *     if the pod is to go or has ended
 */
public record NodePod(
    Pod pod, boolean hostNetwork, boolean reported, Optional<Instant> runningSince) {

  /**
   * Of a pod object of the API, {@code v1}; what is not as it should be counts as absent.
   *
   * @param object of which {@code metadata.deletionTimestamp}, {@code spec.hostNetwork} and {@code
   *     status} are looked at
   */
  public static NodePod of(Pod pod, JsonNode object) {
    JsonNode status = object.path("status");
    boolean leaves = object.at("/metadata/deletionTimestamp").isTextual();
    boolean runs = !leaves && status.path("phase").asText().equals("Running");
    return new NodePod(
        pod,
        object.at("/spec/hostNetwork").asBoolean(false),
        leaves || status.path("phase").isTextual(),
        runs ? firstStart(status) : Optional.empty());
  }

  private static Optional<Instant> firstStart(JsonNode status) {
    return Stream.of("containerStatuses", "initContainerStatuses")
        .flatMap(key -> status.path(key).valueStream())
        .map(container -> container.at("/state/running/startedAt").asText())
        .flatMap(text -> instant(text).stream())
        .min(Instant::compareTo);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
