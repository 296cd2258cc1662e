package io.myriapod.agent.metrics;

import io.myriapod.agent.flight.Flight;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened since the agent started, and how things stand. Safe for use by many threads.
 * Histograms are classic ones.
 */
public final class AgentMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMetrics.class);

  /**
   * An attachment takes some milliseconds, one that waits for another pod up to a minute and a
   * half.
   */
  private static final double[] OPERATION_SECONDS = {
    0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90
  };

  private static final double[] STAGE_SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30
  };

  private static final double MILLIS = 1_000;
  private static final String OK = "ok";
  private static final String OTHER = "other";
  private static final String FOREIGN = "foreign";
  private static final int MOST_NETWORKS = 500;
  private static final int OURS_BELOW = 200;

  /** What is rare, and wants to be known. */
  public enum Rare {
    ADDRESS_CONFLICTS(
        "address_conflicts", "Addresses that another host was found to hold after the ADD."),
    SWEEPS_REFUSED("sweeps_refused", "Sweeps that did nothing because too many pods seemed gone."),
    REMOVED_BY_SWEEP(
        "removed_by_sweep", "Containers whose namespace was gone and that were cleaned up.");

    private final String series;
    private final String help;

    Rare(String series, String help) {
      this.series = "myriapod_" + series + "_total";
      this.help = help;
    }
  }

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();
  private final Map<Rare, Counter> rare = new EnumMap<>(Rare.class);
  private final Set<String> networks = ConcurrentHashMap.newKeySet();
  private final Counter operations;
  private final Histogram operationSeconds;
  private final Histogram stageSeconds;

  public AgentMetrics() {
    for (Rare each : Rare.values()) {
      Counter counter = Counter.builder().name(each.series).help(each.help).register(registry);
      counter.inc(0);
      rare.put(each, counter);
    }
    this.operations =
        Counter.builder()
            .name("myriapod_operations_total")
            .help("Calls of the runtime that were answered; the result is ok or the error's code.")
            .labelNames("verb", "network", "result")
            .register(registry);
    this.operationSeconds =
        Histogram.builder()
            .name("myriapod_operation_seconds")
            .help("How long those calls took in the agent.")
            .labelNames("verb")
            .classicOnly()
            .classicUpperBounds(OPERATION_SECONDS)
            .register(registry);
    this.stageSeconds =
        Histogram.builder()
            .name("myriapod_stage_seconds")
            .help("Where their time went.")
            .labelNames("verb", "stage")
            .classicOnly()
            .classicUpperBounds(STAGE_SECONDS)
            .register(registry);
  }

  /** Where others register what they know. */
  public PrometheusRegistry registry() {
    return registry;
  }

  public void count(Rare what) {
    rare.get(what).inc();
  }

  /** An operation was answered. */
  public void operation(Flight flight) {
    String verb = flight.asked().verb();
    String result = flight.failure().map(AgentMetrics::code).orElse(OK);
    operations.labelValues(verb, known(flight.asked().network()), result).inc();
    operationSeconds.labelValues(verb).observe(flight.millis() / MILLIS);
    flight
        .stages()
        .forEach(
            (stage, millis) ->
                stageSeconds.labelValues(verb, stage.text()).observe(millis / MILLIS));
  }

  /** Executed plugins return what they like. docs/errors.md */
  private static String code(Flight.Failure failure) {
    boolean ours = failure.code() > 0 && failure.code() < OURS_BELOW || failure.code() == 999;
    return ours ? Integer.toString(failure.code()) : FOREIGN;
  }

  /** Names of networks come from outside, and a series stays for ever. */
  private String known(String network) {
    return networks.size() < MOST_NETWORKS && networks.add(network) || networks.contains(network)
        ? network
        : OTHER;
  }

  /**
   * Shows numbers as they are whenever somebody looks.
   *
   * @param numbers by the label's value
   */
  public void gauge(String name, String help, String label, Supplier<Map<String, Long>> numbers) {
    gauge(
        name,
        help,
        List.of(label),
        () ->
            numbers.get().entrySet().stream()
                .collect(Collectors.toMap(each -> List.of(each.getKey()), Map.Entry::getValue)));
  }

  /** The same with several labels, whose values come in the same order. */
  public void gauge(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> numbers) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(
            shown ->
                looked(
                    name,
                    () ->
                        numbers
                            .get()
                            .forEach((values, n) -> shown.call(n, values.toArray(String[]::new)))))
        .register(registry);
  }

  /** The same of one number. */
  public void gauge(String name, String help, Supplier<Long> number) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(shown -> looked(name, () -> shown.call(number.get())))
        .register(registry);
  }

  /** One that cannot be had lacks, and the others are there. */
  private static void looked(String name, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      LOG.warn("look at {}: {}", name, e.toString());
    }
  }

  /** Writes the whole page in Prometheus' text format, version 0.0.4. */
  public void write(OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }

  /**
   * Replaces the file in one step, for node_exporter's textfile collector. Without {@code
   * process_*}: the exporter tells of its own process by these names, and would drop ours with an
   * error at each scrape.
   */
  public void writeTo(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      writer.write(out, registry.scrape(name -> !name.startsWith("process_")));
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
