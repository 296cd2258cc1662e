package io.myriapod.agent.inspection;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.annotation.Dialect;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.directory.Place;
import io.myriapod.kubernetes.directory.PlacedManifests;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.kubernetes.directory.PlacedText;
import io.myriapod.kubernetes.directory.UnreadableManifestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Goes through files and folders and collects what is wrong in them. */
public final class Inspection {
  /** Who has that many mends some first. */
  private static final int MOST_FINDINGS = 1_000;

  private static final String DEFINITION = "NetworkAttachmentDefinition";

  private final String namespace;
  private final Dialect dialect;
  private final List<Finding> findings = new ArrayList<>();
  private final List<PodInspection.Reference> references = new ArrayList<>();
  private final Set<String> networks = new HashSet<>();
  private int inspected;
  private int passedOver;

  /**
   * @param namespace of objects that name none
   * @param dialect in which annotations are read
   */
  public Inspection(String namespace, Dialect dialect) {
    this.namespace = namespace;
    this.dialect = dialect;
  }

  /**
   * What was found, by file and place.
   *
   * @param inspected how many objects and configurations of nodes there were
   */
  public record Verdict(List<Finding> findings, int inspected) {
    /** Copies the list. */
    public Verdict {
      findings = List.copyOf(findings);
    }

    /** The same with all of them errors. */
    public Verdict strictly() {
      return new Verdict(findings.stream().map(Finding::strictly).toList(), inspected);
    }

    /** Whether an ADD would fail. */
    public boolean hasErrors() {
      return findings.stream().anyMatch(one -> one.severity() == Severity.ERROR);
    }
  }

  /** All of these files, and of those in these folders. */
  public Verdict of(List<Path> paths) {
    for (Path path : paths) {
      int before = inspected + findings.size();
      try {
        ConfigFiles.at(path).forEach(this::file);
      } catch (IOException | UncheckedIOException e) {
        whole(path, "list %s: %s".formatted(path, e.getMessage()), "");
      }
      if (inspected + findings.size() == before) {
        whole(
            path,
            "nothing to inspect: no manifest of a pod or a network, no configuration of a node",
            "name files *.yaml, *.yml, *.json, *.conf or *.conflist, or a folder that has some");
      }
    }
    requireKnown();
    if (passedOver > 0) {
      String message = "%d further objects are passed over".formatted(passedOver);
      whole(paths.get(0), message, "correct what was found so far, and ask again");
    }
    findings.sort(
        Comparator.comparing(Finding::file)
            .thenComparing(Finding::place)
            .thenComparing(Finding::message));
    return new Verdict(findings, inspected);
  }

  private void whole(Path file, String message, String details) {
    findings.add(new Finding(file.toString(), Place.FIRST, "", Severity.ERROR, message, details));
  }

  private void file(Path file) {
    try {
      byte[] bytes = ConfigFiles.bytes(file, PlacedManifests.MAX_BYTES);
      if (ConfigFiles.isNodeConfig(file)) {
        nodeConfig(file, bytes);
      } else {
        manifests(file, bytes);
      }
    } catch (UnreadableManifestException e) {
      findings.add(new Finding(file.toString(), e.place(), "", Severity.ERROR, e.getMessage(), ""));
    } catch (IOException e) {
      whole(file, "read %s: %s".formatted(file, e), "check that the file exists and may be read");
    }
  }

  private void nodeConfig(Path file, byte[] bytes) {
    inspected++;
    if (bytes.length > Json.MAX_BYTES) {
      whole(file, "more than %d bytes".formatted(Json.MAX_BYTES), "");
      return;
    }
    PlacedText text = PlacedText.ofFile(new String(bytes, StandardCharsets.UTF_8));
    findings.addAll(new NodeConfigInspection(file.toString(), text).findings());
  }

  private void manifests(Path file, byte[] bytes) throws UnreadableManifestException {
    boolean json = file.toString().endsWith(".json");
    for (PlacedObject object : PlacedManifests.read(bytes, json, namespace)) {
      if (json && isNodeConfig(object.json())) {
        nodeConfig(file, bytes);
      } else {
        object(file.toString(), object);
      }
    }
  }

  private static boolean isNodeConfig(JsonNode json) {
    return !json.has("kind") && (json.path("type").isTextual() || json.path("plugins").isArray());
  }

  private void object(String file, PlacedObject object) {
    boolean network = object.kind().equals(DEFINITION) && object.isOfGroup("k8s.cni.cncf.io");
    if (!network && PodInspection.metadata(object).isEmpty()) {
      return;
    }
    if (findings.size() >= MOST_FINDINGS) {
      passedOver++;
      return;
    }
    inspected++;
    try {
      if (network) {
        object.network().ifPresent(one -> networks.add(one.qualifiedName()));
        findings.addAll(DefinitionInspection.of(file, object));
      } else {
        object.pod();
        PodInspection pod = new PodInspection(file, object, dialect);
        findings.addAll(pod.findings());
        references.addAll(pod.references());
      }
    } catch (IllegalArgumentException e) {
      findings.add(wrong(file, object, String.valueOf(e.getMessage())));
    }
  }

  private static Finding wrong(String file, PlacedObject object, String message) {
    Place place =
        Remark.quoted(message).stream()
            .flatMap(key -> object.find(key).stream())
            .findFirst()
            .orElseGet(() -> object.at(List.of("metadata")));
    return new Finding(file, place, object.shown(), Severity.ERROR, message, "");
  }

  /** Where no definitions are given at all, they are elsewhere. */
  private void requireKnown() {
    if (networks.isEmpty()) {
      return;
    }
    for (PodInspection.Reference reference : references) {
      if (!networks.contains(reference.network()) && findings.size() < MOST_FINDINGS) {
        findings.add(
            new Finding(
                reference.file(),
                reference.place(),
                reference.pod(),
                Severity.WARNING,
                "annotation %s: NetworkAttachmentDefinition \"%s\" is not among these files"
                    .formatted(NetworksAnnotation.KEY, reference.network()),
                "create it, or correct the name in the annotation"));
      }
    }
  }
}
