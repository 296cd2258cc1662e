package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** The objects of manifest files with their places; read as {@link DirectoryCluster} reads them. */
public final class PlacedManifests {
  /** Longer files are not read. */
  public static final int MAX_BYTES = ManifestSyntax.MAX_BYTES;

  private static final int MAX_LIST_DEPTH = 4;

  private final String namespace;
  private final List<PlacedObject> objects = new ArrayList<>();

  private PlacedManifests(String namespace) {
    this.namespace = namespace;
  }

  /**
   * All objects of a file, those of lists one by one, in their order.
   *
   * @param json whether it is JSON rather than YAML
   * @param namespace of objects that name none
   */
  public static List<PlacedObject> read(byte[] bytes, boolean json, String namespace)
      throws UnreadableManifestException {
    List<JsonNode> documents = documents(bytes, json);
    SourceText source = new SourceText(new String(bytes, StandardCharsets.UTF_8));
    PlacedManifests manifests = new PlacedManifests(namespace);
    if (json) {
      manifests.addJson(documents, source);
    } else if (!documents.isEmpty()) {
      manifests.addYaml(documents, source);
    }
    return manifests.objects;
  }

  private void addJson(List<JsonNode> documents, SourceText source) {
    List<Integer> begins = begins(source.text());
    for (int i = 0; i < documents.size(); i++) {
      add(documents.get(i), List.of(), new JsonPlaces(source, begins.get(i), begins.get(i + 1)));
    }
  }

  private static List<Integer> begins(String text) {
    try {
      return JsonPaths.begins(text);
    } catch (IOException e) {
      throw new UncheckedIOException("text that was read once", e);
    }
  }

  private void addYaml(List<JsonNode> documents, SourceText source) {
    YamlDocuments nodes = new YamlDocuments(source.text());
    for (int i = 0; i < documents.size(); i++) {
      add(documents.get(i), List.of(), new YamlPlaces(source, nodes, i));
    }
  }

  private static List<JsonNode> documents(byte[] bytes, boolean json)
      throws UnreadableManifestException {
    try {
      return ManifestSyntax.documents(bytes, json);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private static UnreadableManifestException unreadable(IllegalArgumentException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return new UnreadableManifestException(
          "not YAML: " + marked.getProblem(), YamlPlaces.place(marked.getProblemMark()), e);
    }
    if (e.getCause() instanceof JsonProcessingException json && json.getLocation() != null) {
      Place place =
          new Place(
              Math.max(1, json.getLocation().getLineNr()),
              Math.max(1, json.getLocation().getColumnNr()));
      return new UnreadableManifestException(e.getMessage(), place, e);
    }
    return new UnreadableManifestException(e.getMessage(), Place.FIRST, e);
  }

  private void add(JsonNode json, List<String> path, DocumentPlaces places) {
    boolean list = json.path("kind").asText().endsWith("List") && json.path("items").isArray();
    if (!list || path.size() >= 2 * MAX_LIST_DEPTH) {
      objects.add(new PlacedObject(json, path, places, namespace));
      return;
    }
    for (int i = 0; i < json.path("items").size(); i++) {
      List<String> item = new ArrayList<>(path);
      item.addAll(List.of("items", Integer.toString(i)));
      add(json.path("items").get(i), item, places);
    }
  }
}
