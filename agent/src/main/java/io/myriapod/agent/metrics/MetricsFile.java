package io.myriapod.agent.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics as a file that is written anew every 15 seconds, by a thread of its own: some are
 * asked of cards, and one that is ill answers when it pleases.
 */
public final class MetricsFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);
  private static final Duration PAUSE = Duration.ofSeconds(15);

  private final AgentMetrics metrics;
  private final Path file;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread one = new Thread(work, "metrics");
            one.setDaemon(true);
            return one;
          });

  public MetricsFile(AgentMetrics metrics, Path file) {
    this.metrics = metrics;
    this.file = file;
  }

  /** Writes it now and from now on; returns at once. */
  public void start() {
    thread.scheduleWithFixedDelay(this::write, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void write() {
    try {
      metrics.writeTo(file);
    } catch (IOException | RuntimeException e) {
      LOG.warn("write {}: {}", file, e.toString());
    }
  }

  /** Waits for nothing. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
