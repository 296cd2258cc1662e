package io.myriapod.agent.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An agent in the demonstration's node namespace, with a root of its own. */
final class DemoAgent implements AutoCloseable {
  private static final long READY_SECONDS = 30;

  private final Process process;
  private final double readyMillis;

  private DemoAgent(Process process, double readyMillis) {
    this.process = process;
    this.readyMillis = readyMillis;
  }

  /** Starts it and waits until its socket is there. */
  static DemoAgent start(DemoNode node, Path root, String program) {
    Path log = root.resolve("agent.log");
    long start = System.nanoTime();
    try {
      ProcessBuilder builder =
          new ProcessBuilder("nsenter", "--net=" + DemoNode.path(node.node()), program, "agent")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("MYRIAPOD_ROOT", root.toString());
      Process process = builder.start();
      waitFor(root.resolve("run/myriapod/cni.sock"), process, log);
      return new DemoAgent(process, (System.nanoTime() - start) / 1e6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void waitFor(Path socket, Process process, Path log) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    try {
      while (!Files.exists(socket)) {
        if (process.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
          process.destroyForcibly();
          throw new DemoFailure("start the agent: not ready: " + Files.readString(log));
        }
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DemoFailure("start the agent: interrupted");
    }
  }

  double readyMillis() {
    return readyMillis;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
