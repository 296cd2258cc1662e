package io.myriapod.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What can be seen of a node: links, addresses, routes, the nft ruleset, files. Counters, time-outs
 * and states that follow the far end are left out, since they change by themselves.
 */
record Snapshot(Map<String, String> parts) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> RESTLESS =
      List.of("operstate", "tentative", "preferred_life_time", "valid_life_time", "handle");

  /**
   * Files that stay by design: host-local's lock and memory of the last address (its format has
   * them), the event log, the flight record, the journal's own file (it lists nothing afterwards,
   * which is asserted).
   */
  private static final Pattern KEPT =
      Pattern.compile(
          ".*/(lock|last_reserved_ip\\.[0-9]+|(events|flights)\\.jsonl|journal\\.lock|.*\\.log|shim\\.conf)");

  Snapshot {
    parts = Map.copyOf(parts);
  }

  /** Looks at the namespaces and at the files below the roots. */
  static Snapshot of(List<String> namespaces, List<Path> roots) {
    Map<String, String> parts = new TreeMap<>();
    for (String namespace : namespaces) {
      for (String subject : List.of("link", "addr", "route", "-6 route")) {
        String command = "ip -n %s -j %s show".formatted(namespace, subject);
        parts.put(command, settled(Shell.run(command.split(" "))));
      }
      parts.put(
          "nft in " + namespace,
          settled(
              Shell.run(
                  "nsenter", "--net=" + DemoNode.path(namespace), "nft", "-j", "list", "ruleset")));
    }
    for (Path root : roots) {
      parts.put("files below " + root, files(root));
    }
    return new Snapshot(parts);
  }

  /** One line for each part that is not as it was; empty if nothing changed. */
  List<String> differences(Snapshot later) {
    List<String> found = new ArrayList<>();
    for (String part : new TreeSet<>(parts.keySet())) {
      String before = parts.get(part);
      String after = later.parts.getOrDefault(part, "");
      if (!before.equals(after)) {
        found.add("%s%n  before: %s%n  after:  %s".formatted(part, before, after));
      }
    }
    return found;
  }

  private static String settled(String json) {
    if (json.isBlank()) {
      return "[]";
    }
    try {
      JsonNode tree = JSON.readTree(json);
      strip(tree);
      return tree.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(RESTLESS);
    }
    node.forEach(Snapshot::strip);
  }

  private static boolean counts(Path file) {
    return Files.isRegularFile(file) && !KEPT.matcher(file.toString()).matches();
  }

  private static String files(Path root) {
    if (!Files.exists(root)) {
      return "";
    }
    try (Stream<Path> tree = Files.walk(root)) {
      StringBuilder lines = new StringBuilder();
      for (Path file : tree.filter(Snapshot::counts).sorted().toList()) {
        lines.append(root.relativize(file)).append(' ').append(Files.size(file)).append('\n');
      }
      return lines.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
