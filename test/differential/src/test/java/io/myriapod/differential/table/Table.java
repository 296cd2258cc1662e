package io.myriapod.differential.table;

import java.util.List;

/**
 * All cases of one plugin.
 *
 * @param options everything that can be asked of it; each has a row at least
 * @param differences that any row may show, and one must
 * @param stays what both sides leave on the node by design
 */
public record Table(
    String plugin,
    List<String> options,
    List<Difference> differences,
    List<Difference> stays,
    List<Row> rows) {
  /** Copies its lists. */
  public Table {
    options = List.copyOf(options);
    differences = List.copyOf(differences);
    stays = List.copyOf(stays);
    rows = List.copyOf(rows);
  }
}
