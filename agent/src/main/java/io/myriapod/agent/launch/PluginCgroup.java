package io.myriapod.agent.launch;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.Launcher.Outcome;
import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cgroup that the node's plugins run in, beside those of all pods: {@code myriapod-plugins} of
 * the memory controller. Its limits, if any, are whoever manages the node's. cgroups(7)
 */
final class PluginCgroup {
  private static final Logger LOG = LoggerFactory.getLogger(PluginCgroup.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  static final String NAME = "myriapod-plugins";

  private PluginCgroup() {}

  /**
   * What exec-host is told: {@code --cgroup}; nothing if a program cannot be put there, which is
   * logged.
   *
   * @param root where the node's files begin
   */
  static List<String> options(Path shim, Path root) {
    Optional<Path> parent = memoryController(root.resolve("sys/fs/cgroup"));
    if (parent.isEmpty()) {
      LOG.warn("make a cgroup for plugins: the node has no memory controller in /sys/fs/cgroup");
      return List.of();
    }
    Path cgroup = parent.get().resolve(NAME);
    List<String> options = List.of("--cgroup", cgroup.toString());
    try {
      Files.createDirectories(cgroup);
      requireUsable(new HostLauncher(shim, options), shim);
      return options;
    } catch (IOException | CniException e) {
      LOG.warn(
          "use cgroup {} for plugins: {}; what they take counts as the agent's",
          cgroup,
          e.getMessage());
      return List.of();
    }
  }

  /** Of cgroup v2, or of v1. */
  private static Optional<Path> memoryController(Path cgroups) {
    if (Files.exists(cgroups.resolve("cgroup.controllers"))) {
      return Optional.of(cgroups);
    }
    return Optional.of(cgroups.resolve("memory")).filter(Files::isDirectory);
  }

  /** The kernel may refuse what the folder's permissions allow: cgroup namespaces, nsdelegate. */
  private static void requireUsable(HostLauncher launcher, Path shim) throws IOException {
    Outcome outcome =
        launcher.run(
            shim.toAbsolutePath(),
            Map.of("CNI_COMMAND", "VERSION"),
            new byte[0],
            Deadline.in(PATIENCE));
    if (outcome.exitCode() != 0) {
      throw new IOException("a program in it ended with " + outcome.exitCode());
    }
  }
}
