package io.myriapod.agent.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The agent's own memory, processor time and age, under the names that all exporters use. */
public final class ProcessMetrics {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4_096; // of x86_64, and of Debian's arm64
  private static final double MILLIS = 1_000;

  private ProcessMetrics() {}

  /** Registers them. */
  public static void register(AgentMetrics metrics) {
    metrics.gauge(
        "process_resident_memory_bytes", "Memory that it has now.", ProcessMetrics::resident);
    metrics.gauge(
        "process_start_time_seconds",
        "When it started, since 1970.",
        () -> ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH).getEpochSecond());
    CounterWithCallback.builder()
        .name("process_cpu_seconds_total")
        .help("Processor time that it has used.")
        .callback(shown -> shown.call(used().toMillis() / MILLIS))
        .register(metrics.registry());
  }

  private static Duration used() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The second number of statm, in pages. proc_pid_statm(5) */
  private static long resident() {
    try {
      return Long.parseLong(Files.readString(STATM).split(" ")[1]) * PAGE_BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + STATM, e);
    }
  }
}
