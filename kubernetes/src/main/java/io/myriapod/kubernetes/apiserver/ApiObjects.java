package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Objects of the API to what attaching a pod needs of them. */
final class ApiObjects {
  /** The whole manifest once more; nobody reads it here. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ApiObjects() {}

  static NodePod pod(GenericKubernetesResource resource) {
    Pod pod =
        new Pod(
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            Optional.ofNullable(resource.getMetadata().getUid()),
            used(resource.getMetadata().getAnnotations()));
    return NodePod.of(pod, reported(resource));
  }

  /**
   * What {@link NodePod} looks at: the whole object as a tree would cost more than all the rest.
   */
  private static JsonNode reported(GenericKubernetesResource resource) {
    ObjectNode object = JSON.createObjectNode();
    object
        .putObject("metadata")
        .put("deletionTimestamp", resource.getMetadata().getDeletionTimestamp());
    object
        .putObject("spec")
        .set("hostNetwork", JSON.valueToTree(resource.<Object>get("spec", "hostNetwork")));
    object.set("status", JSON.valueToTree(resource.<Object>get("status")));
    return object;
  }

  static Pod pod(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new Pod(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        text(metadata.path("uid")),
        used(annotations(metadata)));
  }

  static NetworkAttachmentDefinition network(GenericKubernetesResource resource) {
    Object config = resource.get("spec", "config");
    return network(
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        Optional.ofNullable(config).filter(String.class::isInstance).map(String.class::cast),
        resource.getMetadata().getAnnotations());
  }

  static NetworkAttachmentDefinition network(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return network(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        text(object.path("spec").path("config")),
        annotations(metadata));
  }

  private static NetworkAttachmentDefinition network(
      String namespace, String name, Optional<String> config, Map<String, String> annotations) {
    String resource =
        annotations == null
            ? null
            : annotations.get(NetworkAttachmentDefinition.RESOURCE_NAME_ANNOTATION);
    return new NetworkAttachmentDefinition(namespace, name, config, Optional.ofNullable(resource));
  }

  private static Map<String, String> used(Map<String, String> annotations) {
    Map<String, String> used = annotations == null ? new HashMap<>() : new HashMap<>(annotations);
    used.remove(LAST_APPLIED);
    return used;
  }

  private static Map<String, String> annotations(JsonNode metadata) {
    Map<String, String> read = new HashMap<>();
    metadata
        .path("annotations")
        .properties()
        .forEach(property -> read.put(property.getKey(), property.getValue().asText()));
    return read;
  }

  private static Optional<String> text(JsonNode value) {
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }
}
