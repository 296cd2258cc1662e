package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Documents to pods and NetworkAttachmentDefinitions. Other kinds are passed over: a folder may
 * hold a whole application.
 */
final class ManifestObjects {
  private static final String CNI_GROUP = "k8s.cni.cncf.io/";
  private static final int MAX_LIST_DEPTH = 4;

  private final Map<String, NodePod> pods = new HashMap<>();
  private final Map<String, NetworkAttachmentDefinition> networks = new HashMap<>();

  private final String defaultNamespace;

  private ManifestObjects(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

  /** Of one object that is no list. Throws {@link IllegalArgumentException} that names the key. */
  static Manifests readOne(JsonNode object, String namespace) {
    ManifestObjects objects = new ManifestObjects(namespace);
    if (object.isObject()) {
      objects.add(object, "", MAX_LIST_DEPTH);
    }
    return new Manifests(objects.pods, objects.networks);
  }

  /** Throws {@link IllegalArgumentException} that names the document and the key. */
  static Manifests read(List<JsonNode> documents) {
    ManifestObjects objects = new ManifestObjects("default");
    for (int i = 0; i < documents.size(); i++) {
      objects.add(documents.get(i), "document " + (i + 1), 0);
    }
    return new Manifests(objects.pods, objects.networks);
  }

  private void add(JsonNode document, String where, int depth) {
    if (!document.isObject()) {
      throw new IllegalArgumentException(where + ": want an object with \"kind\"");
    }
    String kind = text(document, "kind", where).orElse("");
    String version = text(document, "apiVersion", where).orElse("");
    if (kind.endsWith("List") && document.path("items").isArray()) {
      addItems(document.path("items"), where, depth);
    } else if (kind.equals("Pod") && version.equals("v1")) {
      addPod(document, under(where, "pod"));
    } else if (kind.equals("NetworkAttachmentDefinition") && version.startsWith(CNI_GROUP)) {
      addNetwork(document, under(where, "network"));
    }
  }

  private static String under(String where, String what) {
    return where.isEmpty() ? what : where + ": " + what;
  }

  private void addItems(JsonNode items, String where, int depth) {
    if (depth == MAX_LIST_DEPTH) {
      throw new IllegalArgumentException(under(where, "lists within lists too deep"));
    }
    for (int i = 0; i < items.size(); i++) {
      add(items.get(i), "%s item %d".formatted(where, i + 1), depth + 1);
    }
  }

  private void addPod(JsonNode document, String where) {
    JsonNode metadata = document.path("metadata");
    Pod pod =
        new Pod(
            namespace(metadata, where),
            name(metadata, where),
            text(metadata, "uid", where),
            annotations(metadata, where));
    pods.put(pod.ref().toString(), NodePod.of(pod, document));
  }

  private void addNetwork(JsonNode document, String where) {
    JsonNode metadata = document.path("metadata");
    String resource =
        annotations(metadata, where).get(NetworkAttachmentDefinition.RESOURCE_NAME_ANNOTATION);
    NetworkAttachmentDefinition network =
        new NetworkAttachmentDefinition(
            namespace(metadata, where),
            name(metadata, where),
            text(document.path("spec"), "config", where),
            Optional.ofNullable(resource));
    networks.put(network.qualifiedName(), network);
  }

  private String namespace(JsonNode metadata, String where) {
    return text(metadata, "namespace", where).orElse(defaultNamespace);
  }

  private static String name(JsonNode metadata, String where) {
    return text(metadata, "name", where)
        .orElseThrow(() -> new IllegalArgumentException(where + ": \"metadata.name\" is missing"));
  }

  private static Map<String, String> annotations(JsonNode metadata, String where) {
    JsonNode annotations = metadata.path("annotations");
    Map<String, String> read = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : annotations.properties()) {
      text(annotations, property.getKey(), where + ": annotations")
          .ifPresent(value -> read.put(property.getKey(), value));
    }
    return read;
  }

  private static Optional<String> text(JsonNode object, String key, String where) {
    JsonNode value = object.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(under(where, "\"%s\": want a string".formatted(key)));
    }
    return Optional.of(value.asText()).filter(text -> !text.isEmpty());
  }
}
