package io.myriapod.agent.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the agent keeps things, all below one movable root ({@code MYRIAPOD_ROOT}, default {@code
 * /}), so that tests and demos touch nothing else. docs/design.md, "Paths".
 */
public record AgentPaths(Path root) {
  /** The environment variable that moves the root, read by agent, command line and shim alike. */
  public static final String ROOT_VARIABLE = "MYRIAPOD_ROOT";

  /** The root named by {@code MYRIAPOD_ROOT}, else {@code /}. */
  public static AgentPaths fromEnvironment() {
    return new AgentPaths(
        Path.of(Optional.ofNullable(System.getenv(ROOT_VARIABLE)).orElse("/")).toAbsolutePath());
  }

  /** The agent's own configuration, YAML; may be absent. */
  public Path config() {
    return root.resolve("etc/myriapod/config.yaml");
  }

  /** Pods and NetworkAttachmentDefinitions of the directory cluster. */
  public Path cluster() {
    return root.resolve("etc/myriapod/cluster");
  }

  /** The journal's segments and lock. */
  public Path journal() {
    return root.resolve("var/lib/myriapod/journal");
  }

  /** Requests that the shim left while no agent answered. */
  public Path spool() {
    return root.resolve("var/lib/myriapod/spool");
  }

  /** network-status of each pod and events, as the directory cluster publishes them. */
  public Path status() {
    return root.resolve("var/lib/myriapod/status");
  }

  /** network-status of pods that the API server does not have yet. */
  public Path unpublished() {
    return root.resolve("var/lib/myriapod/unpublished");
  }

  /** What operations did, step by step. */
  public Path flights() {
    return root.resolve("var/lib/myriapod/flights");
  }

  /** What the agent tells the shim: {@code key=value} lines. */
  public Path shimConf() {
    return root.resolve("var/lib/myriapod/shim.conf");
  }

  /** What happened since the start, for node_exporter's textfile collector. */
  public Path metrics() {
    return root.resolve("run/myriapod/metrics.prom");
  }

  /** Where HTTP is served, as a URL on one line; there as long as it is. */
  public Path http() {
    return root.resolve("run/myriapod/http");
  }

  /** The Unix socket that the shim connects to. */
  public Path socket() {
    return root.resolve("run/myriapod/cni.sock");
  }

  /** The folder of the node's kubelet; there is none where pods come from elsewhere. */
  public Path kubelet() {
    return root.resolve("var/lib/kubelet");
  }

  /** The place of an absolute path of a configuration. */
  public Path onNode(Path configured) {
    return root.resolve(Path.of("/").relativize(configured));
  }
}
