package io.myriapod.agent.inspection;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.kubernetes.annotation.Dialect;
import io.myriapod.kubernetes.annotation.InvalidAnnotationException;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.directory.Place;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.kubernetes.directory.PlacedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The annotations that ask for networks: of a pod, or of the template in a workload. */
final class PodInspection {
  private static final List<List<String>> TEMPLATES =
      List.of(
          List.of("spec", "template", "metadata"),
          List.of("spec", "jobTemplate", "spec", "template", "metadata"));

  private static final Pattern ELEMENT = Pattern.compile("element (\\d{1,4})\\b");
  private static final Pattern LINE = Pattern.compile(", line (\\d{1,6}) column (\\d{1,6})$");

  private final String file;
  private final PlacedObject object;
  private final Dialect dialect;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();

  /** A network that a pod asks for, and where it does. */
  record Reference(String file, String pod, Place place, String network) {}

  PodInspection(String file, PlacedObject object, Dialect dialect) {
    this.file = file;
    this.object = object;
    this.dialect = dialect;
    metadata(object).ifPresent(this::read);
  }

  /** The keys that lead to the metadata of a pod; empty if the object makes none. */
  static Optional<List<String>> metadata(PlacedObject object) {
    if (object.kind().equals("Pod")) {
      return Optional.of(List.of("metadata"));
    }
    return TEMPLATES.stream().filter(path -> at(object.json(), path).isObject()).findFirst();
  }

  private static JsonNode at(JsonNode json, List<String> path) {
    JsonNode node = json;
    for (String key : path) {
      node = node.path(key);
    }
    return node;
  }

  List<Finding> findings() {
    return findings;
  }

  List<Reference> references() {
    return references;
  }

  private void read(List<String> metadata) {
    nodesOwnNetwork(metadata);
    read(metadata, NetworksAnnotation.KEY, object.namespace());
    read(metadata, NetworksAnnotation.DEFAULT_NETWORK_KEY, "kube-system");
  }

  /** For such a pod the runtime calls nobody. */
  private void nodesOwnNetwork(List<String> metadata) {
    List<String> above = metadata.subList(0, metadata.size() - 1);
    List<String> host = Stream.concat(above.stream(), Stream.of("spec", "hostNetwork")).toList();
    List<String> networks =
        Stream.concat(metadata.stream(), Stream.of("annotations", NetworksAnnotation.KEY)).toList();
    if (at(object.json(), host).asBoolean() && object.text(networks).isPresent()) {
      add(
          Severity.WARNING,
          NetworksAnnotation.KEY,
          "no effect with \"hostNetwork\": the pod has the node's own interfaces",
          object.at(networks));
    }
  }

  private void read(List<String> metadata, String key, String namespace) {
    List<String> keys = Stream.concat(metadata.stream(), Stream.of("annotations", key)).toList();
    Optional<PlacedText> text = object.text(keys);
    if (text.isEmpty()) {
      if (!at(object.json(), keys).isMissingNode()) {
        add(Severity.ERROR, key, "want a string", object.at(keys));
      }
      return;
    }
    try {
      NetworksAnnotation read = NetworksAnnotation.parse(text.get().value(), namespace, dialect);
      read.findings().forEach(it -> add(Severity.WARNING, key, it, place(text.get(), it)));
      List<NetworkSelection> selections = read.selections();
      if (key.equals(NetworksAnnotation.DEFAULT_NETWORK_KEY) && selections.size() != 1) {
        String finding = "%d elements: want exactly one".formatted(selections.size());
        add(Severity.ERROR, key, finding, text.get().begin());
      }
      for (int i = 0; i < selections.size(); i++) {
        String name = selections.get(i).qualifiedName();
        references.add(new Reference(file, object.shown(), element(text.get(), i), name));
      }
    } catch (InvalidAnnotationException e) {
      add(Severity.ERROR, key, e.getMessage(), place(text.get(), e.getMessage()));
    }
  }

  private void add(Severity severity, String key, String finding, Place place) {
    String details = severity == Severity.ERROR ? "correct the annotation of the pod" : "";
    findings.add(
        new Finding(
            file,
            place,
            object.shown(),
            severity,
            "annotation %s: %s".formatted(key, LINE.matcher(finding).replaceFirst("")),
            details));
  }

  /** By what the finding says: a line and column, or an element and its key. */
  private static Place place(PlacedText text, String finding) {
    Matcher line = LINE.matcher(finding);
    if (line.find()) {
      return text.at(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
    }
    Matcher element = ELEMENT.matcher(finding);
    if (!element.find()) {
      return text.begin();
    }
    int index = Integer.parseInt(element.group(1)) - 1;
    return Remark.quoted(finding).stream()
        .map(key -> "[%d].%s".formatted(index, key))
        .filter(text::hasKey)
        .findFirst()
        .map(text::atKey)
        .orElseGet(() -> element(text, index));
  }

  private static Place element(PlacedText text, int index) {
    String path = "[%d]".formatted(index);
    if (text.hasKey(path)) {
      return text.hasKey(path + ".name") ? text.atKey(path + ".name") : text.atKey(path);
    }
    int start = 0;
    for (int i = 0; i < index; i++) {
      start = text.value().indexOf(',', start) + 1;
    }
    while (start < text.value().length() && Character.isWhitespace(text.value().charAt(start))) {
      start++;
    }
    return text.atOffset(start);
  }
}
