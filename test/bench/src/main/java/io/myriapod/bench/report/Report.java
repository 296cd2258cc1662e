package io.myriapod.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table for people and the file for programs. */
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double THOUSAND = 1000;

  private final PrintStream out;

  /** Prints there. */
  public Report(PrintStream out) {
    this.out = out;
  }

  /** What was measured on, and the table's head. */
  public void begin(Machine machine) {
    out.printf(
        "%d cores, kernel %s; agent on %s%n  %s%n%d interleaved pairs; medians (minima), ms unless named%n%n",
        machine.cores(), machine.kernel(), machine.jdk(), machine.flags(), machine.pairs());
    out.printf(
        "%-46s %16s %18s %8s  %-14s %-5s %s%n",
        "ROW", "OURS", "PEER", "RATIO", "GOAL", "MET", "LOAD");
  }

  /** One line. */
  public void print(Row row) {
    out.printf(
        "%-46s %16s %18s %8s  %-14s %-5s %.1f%n",
        row.name(),
        figures(row.ours()),
        figures(row.peer()),
        Double.isNaN(row.ratio()) ? "" : "%.1f".formatted(row.ratio()),
        row.goal().text(),
        row.met() ? "yes" : "NO",
        row.load());
    row.broken().ifPresent(reason -> out.printf("  BROKEN: %s%n", reason));
  }

  private static String figures(Samples samples) {
    return samples.values().isEmpty()
        ? ""
        : "%.2f (%.2f)".formatted(samples.median(), samples.min());
  }

  /** All rows as a JSON array; every row also says what it was measured on. */
  public void write(Path file, Machine machine, List<Row> rows) {
    ArrayNode array = JSON.createArrayNode();
    rows.forEach(row -> array.add(object(machine, row)));
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, array.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }

  private static ObjectNode object(Machine machine, Row row) {
    ObjectNode object = JSON.createObjectNode().put("name", row.name());
    put(object, "ours_ms", row.ours().median());
    put(object, "peer_ms", row.peer().median());
    put(object, "ratio", row.ratio());
    object.put("goal", row.goal().text()).put("met", row.met());
    put(object, "ours_min_ms", row.ours().min());
    put(object, "ours_max_ms", row.ours().max());
    put(object, "peer_min_ms", row.peer().min());
    put(object, "peer_max_ms", row.peer().max());
    object.put("count", row.ours().values().size()).put("load", row.load());
    row.broken().ifPresent(reason -> object.put("broken", reason));
    object.put("jdk", machine.jdk()).put("flags", machine.flags());
    object.put("cores", machine.cores()).put("kernel", machine.kernel());
    return object;
  }

  private static void put(ObjectNode object, String name, double value) {
    if (Double.isNaN(value)) {
      object.putNull(name);
    } else {
      object.put(name, Math.round(value * THOUSAND) / THOUSAND);
    }
  }
}
