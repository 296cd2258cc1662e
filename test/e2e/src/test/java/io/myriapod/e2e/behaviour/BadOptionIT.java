package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.node.DocumentedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of every built-in plugin but those whose links not every kernel has. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"nft", "jq"})
class BadOptionIT extends BadOptions {
  BadOptionIT() {
    super(
        OptionTable.plugins().stream()
            .filter(plugin -> !BadOptionOfVlansIT.PLUGINS.contains(plugin))
            .toList());
  }

  @Test
  void tables_eachHasEveryKeyOfThePage() {
    List<String> sections = DocumentedKeys.all().stream().map(DocumentedKeys::title).toList();
    assertEquals(
        sections.subList(1, sections.size()), OptionTable.plugins(), "a table for each section");
    List<String> missing = new ArrayList<>();
    for (String plugin : OptionTable.plugins()) {
      Set<String> rows = new TreeSet<>();
      OptionTable.of(plugin).rows().forEach(row -> paths("", row.change(), rows));
      DocumentedKeys.of(plugin).paths().stream()
          .filter(path -> !rows.contains(path))
          .forEach(path -> missing.add(plugin + ": " + path));
    }
    assertNone(missing);
  }

  private static void paths(String prefix, JsonNode node, Set<String> into) {
    into.add(prefix);
    String outer = prefix.isEmpty() ? "" : prefix + ".";
    node.properties().forEach(field -> paths(outer + field.getKey(), field.getValue(), into));
    if (node.isArray()) {
      node.forEach(element -> paths(prefix + "[]", element, into));
    }
  }
}
