package io.myriapod.e2e.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.runtime.Containerd;
import io.myriapod.fixtures.runtime.PodRequest;
import io.myriapod.fixtures.runtime.Sandboxes;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A node with containerd and an agent. Its pods get {@code eth0} by a bridge and two macvlans,
 * {@code net1} and {@code net2}. Their pools hold exactly as many addresses as it has pods, so that
 * a leaked one is missed at once; that of {@code eth0} has one more, as the node is not ready when
 * it is full.
 */
final class RuntimeNode implements AutoCloseable {
  static final List<String> POOLS = List.of("first", "left", "right");
  private static final Duration GONE = Duration.ofSeconds(20);
  private static final String NAMESPACE = "e2e";

  private final Path root;
  private final List<Netns> lives = new ArrayList<>();
  private final List<AgentProcess> agents = new ArrayList<>();
  private final Containerd containerd;

  private RuntimeNode(Path root, int pods) throws IOException {
    this.root = root;
    wire();
    write("etc/myriapod/cluster/cluster.yaml", manifests(pods));
    write("etc/cni/net.d/00-myriapod.conflist", conflist(pods));
    Path plugins = Files.createDirectories(root.resolve("opt/cni/bin"));
    Files.copy(Product.shim(), plugins.resolve("myriapod"));
    start();
    this.containerd = Containerd.start(netns(), root);
  }

  /** A node for that many pods, with an agent that runs. */
  static RuntimeNode of(int pods) {
    try {
      return new RuntimeNode(Files.createTempDirectory("myriapod"), pods);
    } catch (IOException e) {
      throw new UncheckedIOException("make a node", e);
    }
  }

  /** The links that a machine has after its start. */
  private void wire() {
    Netns fresh = Netns.create("node");
    lives.add(fresh);
    fresh.run("ip link set lo up && ip link add parent0 type veth peer name far0");
    fresh.run("ip link set parent0 up && ip link set far0 up");
  }

  private static String manifests(int pods) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < POOLS.size(); i++) {
      text.append(
          """
          ---
          apiVersion: k8s.cni.cncf.io/v1
          kind: NetworkAttachmentDefinition
          metadata: {name: %1$s, namespace: %2$s}
          spec:
            config: '{"cniVersion": "1.1.0", "name": "%1$s", "type": "macvlan", "master": "parent0",
              "ipam": %3$s}'
          """
              .formatted(POOLS.get(i), NAMESPACE, pool(i, pods)));
    }
    for (int i = 0; i < pods; i++) {
      text.append(
          """
          ---
          apiVersion: v1
          kind: Pod
          metadata:
            name: pod-%d
            namespace: %s
            annotations: {k8s.v1.cni.cncf.io/networks: "left,right"}
          """
              .formatted(i, NAMESPACE));
    }
    return text.toString();
  }

  private static String pool(int number, int addresses) {
    return """
        {"type": "host-local", "subnet": "10.%1$d.0.0/24",
         "rangeStart": "10.%1$d.0.10", "rangeEnd": "10.%1$d.0.%2$d"}"""
        .formatted(number + 1, 9 + addresses)
        .replace("\n", "");
  }

  private static String conflist(int pods) {
    return """
        {"cniVersion": "1.1.0", "name": "node", "plugins": [
          {"type": "myriapod", "delegates": [
            {"cniVersion": "1.1.0", "name": "first", "plugins": [
              {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipam": %s}]}]}]}
        """
        .formatted(pool(0, pods + 1));
  }

  /** The node's own namespace in its present life. */
  Netns netns() {
    return lives.get(lives.size() - 1);
  }

  Containerd containerd() {
    return containerd;
  }

  Sandboxes sandboxes() {
    return containerd.sandboxes();
  }

  /** What stands for {@code /}. */
  Path root() {
    return root;
  }

  /** The pod of that number, from 0. */
  static PodRequest pod(int number) {
    return PodRequest.of(NAMESPACE, "pod-" + number);
  }

  /** Starts an agent, with further options for its JVM, and waits until it answers. */
  AgentProcess start(String... options) {
    return launch(Product.program(), options).awaitReady();
  }

  /** Starts an agent of that build without waiting. */
  AgentProcess launch(Path program, String... options) {
    AgentProcess agent = AgentProcess.launch(program, netns(), root, List.of(options));
    agents.add(agent);
    return agent;
  }

  /** The agent that was started last. */
  AgentProcess agent() {
    return agents.get(agents.size() - 1);
  }

  /** Adds a line to what the shim is told; an agent that starts writes the file anew. */
  void tellShim(String line) {
    try {
      Files.writeString(
          root.resolve("var/lib/myriapod/shim.conf"), line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("tell the shim " + line, e);
    }
  }

  /** All run-time state is gone, and links are as after a start. */
  void powerOff() {
    agent().kill();
    containerd.powerOff();
    netns().close();
    deleteTree(root.resolve("run"));
  }

  /** The machine is on again; the agent and the runtime are not yet. */
  void powerOn() {
    wire();
  }

  /** The addresses taken in a pool. */
  List<String> leases(String pool) {
    return list("var/lib/cni/networks/" + pool).stream()
        .filter(name -> name.matches("[0-9.]+"))
        .toList();
  }

  /** The addresses that a container has in a pool. */
  List<String> leases(String pool, String container) {
    return leases(pool).stream()
        .filter(address -> read("var/lib/cni/networks/" + pool + "/" + address).contains(container))
        .toList();
  }

  /** The DELs that wait for an agent. */
  List<String> spooled() {
    return list("var/lib/myriapod/spool");
  }

  /** No pod has left anything: neither record nor lease, link, status or recorded DEL. */
  void assertNothingLeft() {
    assertEquals(List.of(), Journal.read(root.resolve("var/lib/myriapod/journal")), "the journal");
    for (String pool : POOLS) {
      assertEquals(List.of(), leases(pool), "leases of " + pool);
    }
    assertEquals(List.of(), spooled(), "the spool");
    assertEquals(
        List.of(),
        list("var/lib/myriapod/status").stream().filter(name -> name.endsWith(".json")).toList(),
        "network-status");
    Waiting.until(GONE, "the end of all ports of cni0", () -> links().equals(links("cni0")));
  }

  private List<String> links() {
    return StreamSupport.stream(netns().ip("link show").spliterator(), false)
        .map(link -> link.path("ifname").asText())
        .filter(name -> !name.equals("lo"))
        .sorted()
        .toList();
  }

  private static List<String> links(String bridge) {
    return List.of(bridge, "far0", "parent0");
  }

  private String read(String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (IOException e) {
      return ""; // released meanwhile
    }
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> list(String path) {
    Path folder = root.resolve(path);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  private static void deleteTree(Path top) {
    try (Stream<Path> tree = Files.walk(top)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + top, e);
    }
  }

  @Override
  public void close() {
    containerd.close();
    agents.forEach(AgentProcess::kill);
    lives.forEach(Netns::close);
    deleteTree(root);
  }
}
