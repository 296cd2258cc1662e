package io.myriapod.agent.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened since the agent started, as a file in Prometheus' text format for node_exporter's
 * textfile collector. Safe for use by many threads.
 */
final class Counters {
  /** One series each. */
  enum Counter {
    OPERATIONS("operations_total", "Calls that were answered with success."),
    OPERATIONS_FAILED("operations_failed_total", "Calls that were answered with a CNI error."),
    ADDRESS_CONFLICTS(
        "address_conflicts_total", "Addresses that another host was found to hold after the ADD."),
    SWEEPS_REFUSED(
        "sweeps_refused_total", "Sweeps that did nothing because too many pods seemed gone."),
    REMOVED_BY_SWEEP(
        "removed_by_sweep_total", "Containers whose namespace was gone and that were cleaned up.");

    private final String series;
    private final String help;

    Counter(String series, String help) {
      this.series = "myriapod_" + series;
      this.help = help;
    }
  }

  private final Map<Counter, LongAdder> values = new EnumMap<>(Counter.class);

  Counters() {
    for (Counter counter : Counter.values()) {
      values.put(counter, new LongAdder());
    }
  }

  void count(Counter counter) {
    values.get(counter).increment();
  }

  /** The whole page; series in a fixed order. */
  String page() {
    StringBuilder page = new StringBuilder();
    values.forEach(
        (counter, value) ->
            page.append("# HELP %s %s%n".formatted(counter.series, counter.help))
                .append("# TYPE %s counter%n".formatted(counter.series))
                .append("%s %d%n".formatted(counter.series, value.sum())));
    return page.toString();
  }

  /** Replaces the file in one step. */
  void writeTo(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(unfinished, page());
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
