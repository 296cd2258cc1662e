package io.myriapod.differential.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a table; strict, so that a misspelled key is no silent pass. */
final class TableReader {
  private static final List<String> ALL =
      List.of("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
  private static final List<String> BY_BOTH = List.of("1.0.0", "1.1.0");
  private static final List<String> BY_ONE = List.of("1.1.0");
  private static final Map<String, List<String>> WORDS =
      Map.of("all", ALL, "old", ALL.subList(0, 6), "new", List.of("1.1.0"));
  private static final Set<String> TABLE_KEYS =
      Set.of(
          "plugin",
          "config",
          "front",
          "ifname",
          "versions",
          "options",
          "differences",
          "stays",
          "rows");
  private static final Set<String> ROW_KEYS =
      Set.of(
          "option",
          "case",
          "config",
          "front",
          "versions",
          "node",
          "pod",
          "args",
          "ifname",
          "files",
          "handed",
          "collected",
          "differences");
  private static final Set<String> DIFFERENCE_KEYS =
      Set.of("id", "at", "theirs", "ours", "versions");

  private final String file;

  TableReader(String file) {
    this.file = file;
  }

  Table read(JsonNode tree) {
    requireKeys(tree, TABLE_KEYS, "the table");
    String plugin = tree.path("plugin").asText();
    List<Row> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode row : tree.path("rows")) {
      boolean first = seen.addAll(texts(row.path("option")));
      List<String> usual = versions(tree.path("versions"), first ? BY_BOTH : BY_ONE);
      rows.add(row(plugin, tree, row, usual));
    }
    return new Table(
        plugin,
        texts(tree.path("options")),
        differences(tree.path("differences")),
        differences(tree.path("stays")),
        rows);
  }

  private Row row(String plugin, JsonNode table, JsonNode row, List<String> usualVersions) {
    List<String> options = texts(row.path("option"));
    String name = String.join("+", options) + (row.has("case") ? ", " + text(row, "case") : "");
    requireKeys(row, ROW_KEYS, name);
    Map<String, String> files = new LinkedHashMap<>();
    row.path("files").properties().forEach(e -> files.put(e.getKey(), e.getValue().asText()));
    JsonNode front = row.has("front") ? row.get("front") : table.path("front");
    return new Row(
        plugin,
        name,
        options,
        versions(row.path("versions"), usualVersions),
        config(plugin, table.path("config"), row.path("config")),
        front.isObject() ? Optional.of((ObjectNode) front) : Optional.empty(),
        text(row, "node"),
        text(row, "pod"),
        text(row, "args"),
        row.path("ifname").asText(table.path("ifname").asText("net1")),
        files,
        Optional.of(text(row, "handed")).filter(key -> !key.isEmpty()),
        row.path("collected").asBoolean(),
        differences(row.path("differences")));
  }

  /** The row's keys over those of the table; {@code null} takes one away. */
  private static ObjectNode config(String plugin, JsonNode usual, JsonNode own) {
    ObjectNode config = JsonNodeFactory.instance.objectNode().put("type", plugin);
    usual.properties().forEach(entry -> config.set(entry.getKey(), entry.getValue()));
    for (Map.Entry<String, JsonNode> entry : own.properties()) {
      if (entry.getValue().isNull()) {
        config.remove(entry.getKey());
      } else {
        config.set(entry.getKey(), entry.getValue());
      }
    }
    return config;
  }

  private List<Difference> differences(JsonNode list) {
    List<Difference> differences = new ArrayList<>();
    for (JsonNode one : list) {
      requireKeys(one, DIFFERENCE_KEYS, "difference " + one.path("id"));
      differences.add(
          new Difference(
              text(one, "id"),
              texts(one.path("at")),
              Optional.ofNullable(one.get("theirs")).map(JsonNode::asText),
              Optional.ofNullable(one.get("ours")).map(JsonNode::asText),
              versions(one.path("versions"), List.of())));
    }
    return differences;
  }

  private List<String> versions(JsonNode given, List<String> otherwise) {
    if (WORDS.containsKey(given.asText())) {
      return WORDS.get(given.asText());
    }
    List<String> versions = texts(given);
    if (!ALL.containsAll(versions)) {
      throw new IllegalArgumentException(
          "%s: versions %s: want some of %s".formatted(file, versions, ALL));
    }
    return versions.isEmpty() ? otherwise : versions;
  }

  private static List<String> texts(JsonNode oneOrMany) {
    if (oneOrMany.isTextual()) {
      return List.of(oneOrMany.asText());
    }
    List<String> texts = new ArrayList<>();
    oneOrMany.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String text(JsonNode object, String key) {
    return object.path(key).asText("");
  }

  private void requireKeys(JsonNode object, Set<String> known, String what) {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new IllegalArgumentException(
                    "%s: %s: key \"%s\": want one of %s".formatted(file, what, key, known));
              }
            });
  }
}
