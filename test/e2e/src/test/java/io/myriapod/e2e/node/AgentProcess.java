package io.myriapod.e2e.node;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The agent in a node's namespace, under a root of its own. */
public final class AgentProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);
  private static final long DRAINED_SECONDS = 30;

  private final Process process;
  private final Path log;

  private AgentProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it and waits until it answers. */
  public static AgentProcess start(Netns node, Path root) {
    return start(node, root, List.of());
  }

  /** The same with further options for its JVM, e.g. a fail point. */
  public static AgentProcess start(Netns node, Path root, List<String> options) {
    AgentProcess agent = launch(node, root, options);
    Path socket = root.resolve("run/myriapod/cni.sock");
    try {
      Waiting.until(READY, "the agent's socket", () -> agent.hasEnded() || Files.exists(socket));
    } catch (AssertionError e) {
      agent.kill();
      throw new AssertionError(e.getMessage() + "; its log:\n" + agent.log(), e);
    }
    if (agent.hasEnded()) {
      throw new AssertionError("start the agent: it ended; its log:\n" + agent.log());
    }
    return agent;
  }

  private static AgentProcess launch(Netns node, Path root, List<String> options) {
    Path log = root.resolve("agent.log");
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + node.path()));
    words.addAll(List.of(Product.program().toString(), "agent"));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "MYRIAPOD_ROOT", root.toString(),
                "MYRIAPOD_SHIM", Product.shim().toString(),
                "MYRIAPOD_JAVA_OPTS", String.join(" ", options)));
    try {
      Files.deleteIfExists(root.resolve("run/myriapod/cni.sock"));
      return new AgentProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("start " + words, e);
    }
  }

  /** What it has logged so far, earlier processes under the same root included. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + log, e);
    }
  }

  /** Whether the process is gone. */
  public boolean hasEnded() {
    return !process.isAlive();
  }

  /** SIGKILL, from outside. */
  public void kill() {
    process.destroyForcibly();
    await("killed");
  }

  /** SIGTERM, and waits until it has drained. */
  @Override
  public void close() {
    process.destroy();
    await("drained");
  }

  private void await(String how) {
    try {
      if (!process.waitFor(DRAINED_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the agent is not %s; its log:\n%s".formatted(how, log()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("wait for the agent: interrupted", e);
    }
  }
}
