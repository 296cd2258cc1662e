package io.myriapod.lab.runner;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.node.AgentProcess;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Starts an agent on the machine that builds, so that the class archive of agents is there already
 * when the VM, which is twelve times slower, needs it.
 */
final class Training {
  private Training() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Files.createTempDirectory("training");
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    try (Netns node = Netns.create("training")) {
      node.run("ip link set lo up");
      AgentProcess.start(node, root).close();
    }
  }
}
