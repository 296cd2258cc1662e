package io.myriapod.e2e.node;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.ApiServer;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.kubernetes.apiserver.AccessRules;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The node {@code worker-1} of a cluster: a namespace with a link {@code parent0}, in which an API
 * server listens that grants what the agent's role does. Its pods are in namespace {@code shop}.
 */
public final class ApiNode implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NAMESPACE = "shop";
  private static final String CONFIG =
      """
      {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "delegates": [
        {"cniVersion": "1.0.0", "name": "pods", "plugins": [
          {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.85.0.0/24"}}]}]}
      """;

  private final Path root;
  private final Netns netns;
  private final ApiServer api;

  /**
   * Makes it; no agent runs.
   *
   * @param root what stands for {@code /}
   * @param settings further lines of the agent's configuration, YAML
   */
  public ApiNode(Path root, String settings) throws IOException {
    this.root = root;
    this.netns = Netns.create("node");
    netns.run("ip link set lo up; ip link add parent0 type veth peer name wire0");
    netns.run("ip link set parent0 up; ip link set wire0 up");
    this.api = within(() -> ApiServer.start(root.resolve("api")));
    AccessRules.ALL.forEach(rule -> api.allow(rule.verb(), rule.group(), rule.resource()));
    api.kubeconfig(root.resolve("kubeconfig"));
    Files.createDirectories(root.resolve("etc/myriapod"));
    Files.writeString(
        root.resolve("etc/myriapod/config.yaml"),
        AgentHttp.SECTION
            + "apiServer: {kubeconfig: \"%s\", nodeName: worker-1, timeoutMillis: 2000}\n%s"
                .formatted(root.resolve("kubeconfig"), settings));
  }

  /** The node's own namespace. */
  public Netns netns() {
    return netns;
  }

  /** The cluster. */
  public ApiServer api() {
    return api;
  }

  /** What is opened meanwhile is in the node's namespace, whoever uses it. */
  private <T> T within(Supplier<T> opening) {
    try (NetworkNamespace namespace = NetworkNamespace.open(netns.path())) {
      return namespace.visit(opening::get);
    }
  }

  /** Lets the API server that was stopped listen again. */
  public void startApiAgain() {
    within(
        () -> {
          api.startAgain();
          return api;
        });
  }

  /** Starts an agent; returns when it watches. */
  public AgentProcess start() {
    api.dropWatches(); // that an agent was killed shows with the next event only
    AgentProcess agent = startUnwatched();
    awaitWatches();
    return agent;
  }

  /**
   * Starts an agent; returns when it lets requests in, whether it reaches the API server or not.
   */
  public AgentProcess startUnwatched() {
    return AgentProcess.start(netns, root);
  }

  /** Returns when pods and networks are watched. */
  public void awaitWatches() {
    Waiting.until(
        SOON,
        "the agent's watches",
        () -> api.watches("pods") == 1 && api.watches("network-attachment-definitions") == 1);
  }

  /** The agent's metrics as they are now. */
  public String metrics() {
    return new AgentHttp(netns, root).get("metrics").body();
  }

  /** The sandbox of a pod, as the runtime calls it. */
  public Sandbox sandbox(String pod, Netns pods) {
    return sandbox(CONFIG, pod, pods);
  }

  /** The same with another configuration of the node. */
  public Sandbox sandbox(String config, String pod, Netns pods) {
    return Sandbox.of(netns, root, config, pods, new PodName(NAMESPACE, pod, "uid-" + pod));
  }

  @Override
  public void close() {
    api.close();
    netns.close();
  }
}
