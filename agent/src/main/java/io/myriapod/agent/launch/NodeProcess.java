package io.myriapod.agent.launch;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.Node;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that sees the node's files, for an agent in a container: pods' namespaces are found
 * where it finds them, and the node's plugins run where it runs. {@code 1} in a container that
 * shares the node's process ids.
 */
public final class NodeProcess {
  /** The environment variable with its process id. */
  public static final String VARIABLE = "MYRIAPOD_NODE_PROCESS";

  private static final Path NODE = Path.of("/");
  private static final Path OWN_MOUNTS = Path.of("/proc/self/ns/mnt");

  private final Path process;

  private NodeProcess(Path process) {
    this.process = process;
  }

  /**
   * The one that {@value #VARIABLE} names; without it the agent sees the node's files itself.
   *
   * @throws CniException 7 if there is no such process, or it sees what the agent sees
   */
  public static Optional<NodeProcess> fromEnvironment() {
    return Optional.ofNullable(System.getenv(VARIABLE)).map(NodeProcess::of);
  }

  static NodeProcess of(String pid) {
    if (!pid.matches("[1-9][0-9]{0,9}")) {
      throw refused(pid, "is no process id", "give 1, and the pod hostPID: true");
    }
    NodeProcess node = new NodeProcess(Path.of("/proc", pid));
    if (node.mounts().equals(mountsOf(OWN_MOUNTS, pid))) {
      throw refused(
          pid,
          "is in the agent's own mount namespace",
          "in a container give the pod hostPID: true; outside of one leave the variable out");
    }
    return node;
  }

  /** Where the node's files begin, by the environment. */
  public static Path root() {
    return rootOf(fromEnvironment());
  }

  private static Path rootOf(Optional<NodeProcess> node) {
    return node.map(one -> one.process.resolve("root")).orElse(NODE);
  }

  /** The node that the environment describes, for a command that runs without an agent. */
  public static Node node() {
    return new Node(root(), Optional.empty());
  }

  /** What exec-host is told, so that a plugin runs there: {@code --mount-ns}. */
  List<String> options() {
    return List.of("--mount-ns", process.resolve("ns/mnt").toString());
  }

  /**
   * Starts the node's executables: where this process is, and in a cgroup outside of the agent's,
   * so that what they take is not counted as the agent's.
   *
   * @param shim as seen from the agent
   */
  public static HostLauncher launcher(Path shim) {
    Optional<NodeProcess> node = fromEnvironment();
    if (node.isEmpty()) {
      return new HostLauncher(shim);
    }
    List<String> options = new ArrayList<>(PluginCgroup.options(shim, rootOf(node)));
    options.addAll(node.get().options());
    return new HostLauncher(shim, options);
  }

  private String mounts() {
    Path mounts = process.resolve("ns/mnt");
    return mountsOf(mounts, process.getFileName().toString());
  }

  private static String mountsOf(Path mounts, String pid) {
    try {
      return Files.readSymbolicLink(mounts).toString();
    } catch (IOException e) {
      throw refused(
          pid, "cannot be looked at: " + e.getMessage(), "give the pod hostPID and privileged");
    }
  }

  private static CniException refused(String pid, String finding, String advice) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: process %s %s".formatted(VARIABLE, Quoted.shortened(pid), finding),
        advice);
  }
}
