package io.myriapod.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the figures were measured on.
 *
 * @param jdk the agent's Java runtime
 * @param flags the options of the agent's JVM
 * @param pairs how often both sides were measured in turn
 */
public record Machine(int cores, String kernel, String jdk, String flags, int pairs) {
  /** The machine below, and what is said about the agent. */
  public static Machine here(String jdk, String flags, int pairs) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Machine(cores, System.getProperty("os.version"), jdk, flags, pairs);
  }

  /** The load average over the last minute. */
  static double load() {
    try {
      return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("read the load", e);
    }
  }
}
