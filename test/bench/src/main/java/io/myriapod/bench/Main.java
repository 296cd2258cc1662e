package io.myriapod.bench;

import io.myriapod.bench.report.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Measures, prints, writes; ends with 1 if a row is broken, however slow the others may be. */
public final class Main {
  private static final int USUAL_PAIRS = 30;

  private Main() {}

  /** Arguments are parts of row names; without any all rows are measured. */
  public static void main(String[] arguments) {
    int pairs = environment("BENCH_PAIRS").map(Integer::parseInt).orElse(USUAL_PAIRS);
    Path plugins = Path.of(environment("REFERENCE_PLUGINS").orElseThrow());
    Path json = Path.of(environment("BENCH_JSON").orElse("bench.json"));
    List<Row> rows = new Bench(pairs, plugins, json, List.of(arguments), System.out).run();
    System.exit(rows.stream().anyMatch(row -> row.broken().isPresent()) ? 1 : 0);
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}
