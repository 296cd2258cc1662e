package io.myriapod.agent.cli;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.install.NodeFolders;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the node's container runtime keeps things. */
final class NodeFolderOptions {
  @Option(
      names = "--cni-conf-dir",
      paramLabel = "DIR",
      description = "where the container runtime reads networks (default: ${DEFAULT-VALUE})",
      defaultValue = "/etc/cni/net.d")
  private Path configurations;

  @Option(
      names = "--cni-bin-dir",
      paramLabel = "DIR",
      description = "where it looks for plugins (default: ${DEFAULT-VALUE})",
      defaultValue = "/opt/cni/bin")
  private Path programs;

  NodeFolders folders() {
    return new NodeFolders(AgentPaths.fromEnvironment(), configurations, programs);
  }
}
