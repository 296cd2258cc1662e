package io.myriapod.differential.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.node.DocumentedKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The tables are whole, and say the same as the documentation. */
class TablesTest {
  private static final List<Table> TABLES = Tables.ofPlugins();

  @Test
  void options_each_haveARow() {
    List<String> without = new ArrayList<>();
    for (Table table : TABLES) {
      Set<String> listed = new TreeSet<>(table.options());
      Set<String> used = new TreeSet<>();
      table.rows().forEach(row -> used.addAll(row.options()));
      listed.stream()
          .filter(option -> !used.contains(option))
          .forEach(option -> without.add(table.plugin() + ": no row for " + option));
      used.stream()
          .filter(option -> !listed.contains(option))
          .forEach(option -> without.add(table.plugin() + ": not listed: " + option));
    }
    assertFalse(TABLES.isEmpty());
    assertEquals(List.of(), without);
  }

  @Test
  void keys_ofThePage_areEachInARow() {
    List<String> without = new ArrayList<>();
    for (Table table : TABLES) {
      for (String path : DocumentedKeys.of(table.plugin()).paths()) {
        if (table.rows().stream().noneMatch(row -> isIn(row.config(), path))) {
          without.add(table.plugin() + ": no row has " + path);
        }
      }
    }
    assertEquals(List.of(), without);
  }

  /** Whether the configuration has something under the path, as docs/plugins.md writes it. */
  private static boolean isIn(JsonNode at, String path) {
    if (path.isEmpty()) {
      return true;
    }
    if (path.startsWith("[]")) {
      String rest = path.replaceFirst("^\\[]\\.?", "");
      return StreamSupport.stream(at.spliterator(), false).anyMatch(one -> isIn(one, rest));
    }
    String[] step = path.split("(?=\\[])|\\.", 2);
    return at.has(step[0]) && isIn(at.get(step[0]), step.length > 1 ? step[1] : "");
  }

  @Test
  void versions_ofEachPlugin_areAllSeven() {
    for (Table table : TABLES) {
      Set<String> versions = new HashSet<>();
      table.rows().forEach(row -> versions.addAll(row.versions()));
      assertEquals(7, versions.size(), table.plugin());
    }
  }

  @Test
  void rows_each_haveATitleOfTheirOwn() {
    List<String> titles = TABLES.stream().flatMap(t -> t.rows().stream()).map(Row::title).toList();

    assertEquals(new TreeSet<>(titles).size(), titles.size(), titles::toString);
  }

  @Test
  void ids_declared_areThoseOfTheDocumentation() {
    Set<String> declared = new TreeSet<>();
    Stream.concat(TABLES.stream(), Stream.of(Tables.common()))
        .flatMap(TablesTest::differences)
        .forEach(difference -> declared.add(difference.id()));

    assertEquals(DocumentedIds.read(), declared, "docs/differences.md, and the tables");
  }

  @Test
  void ids_ofTheDocumentation_areThereOnceAndHaveAReason() {
    assertEquals(List.of(), DocumentedIds.ofBadRows());
  }

  private static Stream<Difference> differences(Table table) {
    return Stream.concat(
        Stream.concat(table.differences().stream(), table.stays().stream()),
        table.rows().stream().flatMap(row -> row.differences().stream()));
  }
}
