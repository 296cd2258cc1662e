package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An object of a manifest, of whatever kind, and where its parts stand in the file. */
public final class PlacedObject {
  private final JsonNode json;
  private final List<String> path;
  private final DocumentPlaces places;
  private final String namespace;

  /**
   * @param path of the object in its document
   * @param namespace of an object that names none
   */
  PlacedObject(JsonNode json, List<String> path, DocumentPlaces places, String namespace) {
    this.json = json;
    this.path = List.copyOf(path);
    this.places = places;
    this.namespace = namespace;
  }

  /** As it was read. */
  public JsonNode json() {
    return json;
  }

  /** Key {@code kind}; empty text without one. */
  public String kind() {
    return json.path("kind").asText();
  }

  /** How people call it: {@code Pod shop/db-0}. */
  public String shown() {
    JsonNode metadata = json.path("metadata");
    String own = metadata.path("namespace").asText();
    return "%s %s/%s"
        .formatted(kind(), own.isEmpty() ? namespace : own, metadata.path("name").asText());
  }

  /** Namespace of the object. */
  public String namespace() {
    String own = json.at("/metadata/namespace").asText();
    return own.isEmpty() ? namespace : own;
  }

  /** Where that key is; the nearest one above if there is none. Of no keys the object itself. */
  public Place at(List<String> keys) {
    return places.at(whole(keys));
  }

  /** Whether its {@code apiVersion} is of that group. */
  public boolean isOfGroup(String group) {
    return json.path("apiVersion").asText().startsWith(group + "/");
  }

  /** Where a key of that name is in metadata, annotations or spec; written with them or without. */
  public Optional<Place> find(String written) {
    String key = written.substring(written.startsWith("metadata.") ? "metadata.".length() : 0);
    return Stream.of(
            List.of("metadata", key), List.of("metadata", "annotations", key), List.of("spec", key))
        .filter(this::has)
        .findFirst()
        .map(this::at);
  }

  private boolean has(List<String> keys) {
    JsonNode value = json;
    for (String key : keys) {
      value = value.path(key);
    }
    return !value.isMissingNode();
  }

  /** The text of that key, if it has one. */
  public Optional<PlacedText> text(List<String> keys) {
    JsonNode value = json;
    for (String key : keys) {
      value = value.path(key);
    }
    return Optional.of(value)
        .filter(JsonNode::isTextual)
        .map(found -> places.text(whole(keys), found.textValue()));
  }

  private List<String> whole(List<String> keys) {
    List<String> whole = new ArrayList<>(path);
    whole.addAll(keys);
    return whole;
  }

  /**
   * The pod, if it is one.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public Optional<Pod> pod() {
    return alone().pods().values().stream().map(NodePod::pod).findFirst();
  }

  /**
   * The network, if it is one.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public Optional<NetworkAttachmentDefinition> network() {
    return alone().networks().values().stream().findFirst();
  }

  private Manifests alone() {
    return ManifestObjects.readOne(json, namespace);
  }
}
