package io.myriapod.lab.sriov;

import io.myriapod.fixtures.node.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One agent for all classes that leave it as it was: in the lab one takes seven seconds to start.
 */
final class SharedAgent implements BeforeAllCallback {
  private static Running running;

  /** Ends the agent after the last test of the run. */
  private record Running(Path root, AgentProcess agent) implements AutoCloseable {
    static Running start() {
      try {
        Path root = Files.createTempDirectory("myriapod-lab");
        return new Running(root, AgentProcess.startHere(root, List.of()));
      } catch (IOException e) {
        throw new UncheckedIOException("make a folder for the agent", e);
      }
    }

    @Override
    public void close() {
      agent.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(Namespace.create(SharedAgent.class))
            .getOrComputeIfAbsent(Running.class, type -> Running.start(), Running.class);
  }

  /** What stands for {@code /}. */
  static Path root() {
    return running.root;
  }

  static AgentProcess agent() {
    return running.agent;
  }
}
