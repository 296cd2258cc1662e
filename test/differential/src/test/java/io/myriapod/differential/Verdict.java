package io.myriapod.differential;

import io.myriapod.differential.Comparison.Pair;
import io.myriapod.differential.table.Difference;
import io.myriapod.differential.table.Row;
import io.myriapod.differential.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A comparison measured by what the tables declare.
 *
 * @param faults what is not declared; empty: passed
 * @param seen ids of the declared differences that showed
 */
record Verdict(List<String> faults, TreeSet<String> seen, boolean equal) {
  static Verdict of(Comparison comparison, Table common, Table table, Row row, String version) {
    List<String> faults = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    List<Difference> declared =
        Stream.of(row.differences(), table.differences(), common.differences())
            .flatMap(List::stream)
            .filter(difference -> difference.isOf(version))
            .toList();
    Map<String, Pair> differences = comparison.differences();
    differences.forEach(
        (path, pair) -> explain(declared, path, pair.theirs(), pair.ours(), seen, faults));
    List<Difference> stays =
        Stream.of(table.stays(), common.stays()).flatMap(List::stream).toList();
    comparison
        .leftByBoth()
        .forEach((path, value) -> explain(stays, path, value, value, seen, faults));
    return new Verdict(faults, seen, differences.isEmpty());
  }

  /** The same, where what the row declares and does not show is a fault as well. */
  Verdict requiring(Row row, String version) {
    List<String> all = new ArrayList<>(faults);
    row.differences().stream()
        .filter(difference -> difference.isOf(version) && !seen.contains(difference.id()))
        .forEach(
            difference ->
                all.add("declared, but there is none: \"%s\"".formatted(difference.id())));
    return new Verdict(all, seen, equal);
  }

  private static void explain(
      List<Difference> declared,
      String path,
      String theirs,
      String ours,
      TreeSet<String> seen,
      List<String> faults) {
    List<Difference> explaining =
        declared.stream().filter(one -> one.explains(path, theirs, ours)).toList();
    explaining.forEach(one -> seen.add(one.id()));
    if (explaining.isEmpty()) {
      faults.add(
          theirs.equals(ours)
              ? "%s: both leave %s".formatted(path, ours)
              : "%s: they %s, we %s".formatted(path, theirs, ours));
    }
  }
}
