package io.myriapod.bench.row;

import io.myriapod.bench.node.BenchNode;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.bench.run.Runner;
import io.myriapod.fixtures.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Addresses for which duplicate address detection was seen at the far end of the wire. */
final class SolicitationWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Process process;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  SolicitationWatch(BenchNode node) {
    process = start(node);
    Thread reader = new Thread(this::read, "solicitations");
    reader.setDaemon(true);
    reader.start();
    Waiting.until(PATIENCE, "the watch", () -> seen.contains("watching"));
  }

  private static Process start(BenchNode node) {
    String entered = "--net=" + node.far().path();
    try {
      return new ProcessBuilder(
              "nsenter", entered, Runner.program().toString(), "watch", BenchNode.FAR_LINK)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("watch " + BenchNode.FAR_LINK, e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(seen::add);
    } catch (IOException e) {
      throw new UncheckedIOException("read solicitations", e);
    }
  }

  /** Waits until that address, in its canonical text, was solicited. */
  void require(String address) {
    try {
      Waiting.until(PATIENCE, "a solicitation of " + address, () -> seen.contains(address));
    } catch (AssertionError e) {
      throw new BrokenRowException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
