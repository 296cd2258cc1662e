package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A node whose pods get {@code eth0} and {@code net1}, both by plugins of one kind. Its pools hold
 * exactly as many addresses as it has pods, so that a leaked one is missed at once.
 */
public final class PodNode implements AutoCloseable {
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final String NAMESPACE = "e2e";

  private final NetworkKind kind;
  private final int pods;
  private final int addresses;
  private final Path root;
  private final Netns netns = Netns.create("node");
  private final Map<String, Netns> podNamespaces = new LinkedHashMap<>();
  private final List<AgentProcess> agents = new ArrayList<>();
  private final Map<Integer, String> asked = new HashMap<>();
  private final RecorderPlugin recorder;

  private PodNode(NetworkKind kind, int pods, int addresses) throws IOException {
    this.kind = kind;
    this.pods = pods;
    this.addresses = addresses;
    this.root = Files.createTempDirectory("myriapod");
    this.recorder =
        NetworkKind.install(
            Files.createDirectories(root.resolve("bin")),
            Files.createDirectories(root.resolve("marks")));
    netns.run("ip link set lo up && ip link add parent0 type veth peer name far0");
    netns.run("ip link set parent0 up && ip link set far0 up");
    kind.prepare(netns, root);
    fillCluster();
  }

  /** A node for that many pods. */
  public static PodNode of(NetworkKind kind, int pods) {
    return of(kind, pods, pods);
  }

  /** A node for that many pods, with addresses for fewer. */
  public static PodNode of(NetworkKind kind, int pods, int addresses) {
    try {
      return new PodNode(kind, pods, addresses);
    } catch (IOException e) {
      throw new UncheckedIOException("make a node", e);
    }
  }

  /** Deletes all manifests. */
  public void emptyCluster() {
    try {
      Files.delete(cluster().resolve("cluster.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException("empty the cluster", e);
    }
  }

  /** Writes the manifests of its pods and of the second network of each. */
  public void fillCluster() {
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < pods; i++) {
      manifests.append(
          """
          ---
          apiVersion: k8s.cni.cncf.io/v1
          kind: NetworkAttachmentDefinition
          metadata: {name: second-%1$d, namespace: %2$s}
          spec:
            config: '{"cniVersion": "1.0.0", "name": "second", "plugins": [%3$s]}'
          ---
          apiVersion: v1
          kind: Pod
          metadata:
            name: pod-%1$d
            namespace: %2$s
            annotations: {k8s.v1.cni.cncf.io/networks: "%4$s"}
          """
              .formatted(
                  i,
                  NAMESPACE,
                  kind.plugin(this, 2, i).replace("\n", " "),
                  asked.getOrDefault(i, "second-" + i)));
    }
    write(cluster().resolve("cluster.yaml"), manifests.toString());
  }

  /** From now on the pod of that number asks for these networks, not for its second one. */
  public void ask(int number, String networks) {
    asked.put(number, networks);
    fillCluster();
  }

  /** How many addresses each of its pools has. */
  int addresses() {
    return addresses;
  }

  /** The node's own namespace. */
  public Netns netns() {
    return netns;
  }

  /** What stands for {@code /}. */
  public Path root() {
    return root;
  }

  private Path cluster() {
    return root.resolve("etc/myriapod/cluster");
  }

  /** The foreign plugin, which is there whatever the kind. */
  public RecorderPlugin recorder() {
    return recorder;
  }

  /** What the foreign plugin does at DEL unless it is told otherwise. */
  public Answer usualDelete() {
    return NetworkKind.deleted(root.resolve("marks"));
  }

  /** Sets the agent's configuration, YAML. */
  public PodNode configured(String yaml) {
    write(root.resolve("etc/myriapod/config.yaml"), yaml);
    return this;
  }

  /** Adds a line to what the shim is told; an agent that starts writes the file anew. */
  public void tellShim(String line) {
    Path conf = root.resolve("var/lib/myriapod/shim.conf");
    write(conf, read(conf) + line + "\n");
  }

  /** The namespace of the pod of that number, from 0. */
  public Netns pod(int number) {
    return podNamespaces.computeIfAbsent("pod-" + number, Netns::create);
  }

  /** Deletes the namespace of a pod; the next one of that number is another. */
  public void removePod(int number) {
    Netns pod = podNamespaces.remove("pod-" + number);
    kind.namespaceDies(netns, pod);
    pod.close();
  }

  /** The sandbox of the pod of that number, as the runtime calls it. */
  public Sandbox sandbox(int number) {
    PodName name = new PodName(NAMESPACE, "pod-" + number, "uid-" + number);
    String config =
        """
        {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "delegates": [
          {"cniVersion": "1.0.0", "name": "first", "plugins": [%s]}]}
        """
            .formatted(kind.plugin(this, 1, number));
    return Sandbox.of(netns, root, config, pod(number), name)
        .with("CNI_PATH", root.resolve("bin").toString());
  }

  /** Starts an agent, with further options for its JVM, and waits until it answers. */
  public AgentProcess start(String... options) {
    return launch(List.of(), options).awaitReady();
  }

  /** Starts an agent behind these words without waiting. */
  public AgentProcess launch(List<String> wrapper, String... options) {
    List<String> all = new ArrayList<>(kind.agentOptions(root));
    all.addAll(List.of(options));
    AgentProcess agent = AgentProcess.launch(netns, root, all, wrapper);
    agents.add(agent);
    return agent;
  }

  /** What its journal holds, read from its files. */
  public List<AttachmentRecord> journal() {
    return Journal.read(root.resolve("var/lib/myriapod/journal"));
  }

  /** The addresses that are taken in the pool of {@code eth0} ({@code first}) or {@code net1}. */
  public List<String> leases(String network) {
    return list(root.resolve("var/lib/cni/networks").resolve(network)).stream()
        .filter(name -> name.matches("[0-9.]+"))
        .toList();
  }

  /** The files in which network-status is published. */
  public List<String> statuses() {
    return list(root.resolve("var/lib/myriapod/status")).stream()
        .filter(name -> name.endsWith(".json"))
        .toList();
  }

  /** What people were told for this reason, a line of JSON each. */
  public List<String> events(String reason) {
    return read(root.resolve("var/lib/myriapod/status/events.jsonl"))
        .lines()
        .filter(line -> line.contains(reason))
        .toList();
  }

  /** The DELs that wait for an agent. */
  public List<String> spooled() {
    return list(root.resolve("var/lib/myriapod/spool"));
  }

  /** What the foreign plugin holds. */
  public List<String> marks() {
    return list(root.resolve("marks"));
  }

  /** A picture of the node, its state on disk, and the namespaces of its pods. */
  public Picture picture() {
    List<Netns> namespaces = new ArrayList<>(List.of(netns));
    podNamespaces.values().stream()
        .filter(pod -> Files.exists(pod.path()))
        .forEach(namespaces::add);
    return new Picture(
        NodeState.ofEach(namespaces, root.resolve("var/lib/cni"), root.resolve("marks")));
  }

  /** A picture that can be compared. */
  public record Picture(Map<Netns, NodeState> states) {
    /** Which address of a pool was given last is no leftover. */
    private String since(Picture before) {
      return states.entrySet().stream()
          .filter(state -> before.states.containsKey(state.getKey()))
          .flatMap(state -> state.getValue().since(before.states.get(state.getKey())).lines())
          .filter(line -> !line.matches(".*/last_reserved_ip\\.\\d+ sha256 .*"))
          .collect(Collectors.joining("\n"));
    }
  }

  /** Nothing of any pod is on the node but what was in the picture. */
  public void assertNothingLeftSince(Picture before) {
    assertEquals(List.of(), journal(), "the journal");
    assertEquals(List.of(), statuses(), "network-status");
    assertEquals(List.of(), spooled(), "the spool");
    assertSameAs(before);
  }

  /**
   * Node and pods look as in the picture. The kernel tells a bridge late that its last port is
   * gone, so this waits until it is settled.
   */
  public void assertSameAs(Picture before) {
    String[] last = new String[1];
    try {
      Waiting.until(
          SETTLED,
          "the node as it was before",
          () -> {
            last[0] = picture().since(before);
            return last[0].isEmpty();
          });
    } catch (AssertionError e) {
      assertEquals("", last[0], "the node is not as it was before");
    }
  }

  /**
   * Makes what stays on a node for good (bridges, lock files), and shows that nothing else does.
   */
  public Picture warmedUp() {
    AgentProcess agent = start();
    Picture before = warmUp();
    agent.close();
    return before;
  }

  /** The same with the agent that runs. */
  public Picture warmUp() {
    for (int i = 0; i < addresses; i++) {
      sandbox(i).run("ADD");
    }
    for (int i = 0; i < addresses; i++) {
      sandbox(i).run("DEL");
    }
    awaitIdleBridges();
    Picture before = picture();
    assertEquals(List.of(), leases("first"));
    assertEquals(List.of(), leases("second"));
    assertEquals(List.of(), marks());
    assertNothingLeftSince(before);
    return before;
  }

  /** A picture with a carrier that is just going would never be seen again. */
  private void awaitIdleBridges() {
    Waiting.until(
        SETTLED,
        "bridges without ports are down",
        () ->
            StreamSupport.stream(netns().ip("link show type bridge").spliterator(), false)
                .noneMatch(bridge -> bridge.path("operstate").asText().equals("UP")));
  }

  private static List<String> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  /** The text of a file. */
  public static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }

  /** Ends its agents, deletes its namespaces and its root. */
  @Override
  public void close() {
    agents.forEach(AgentProcess::kill);
    podNamespaces.values().forEach(Netns::close);
    netns.close();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + root, e);
    }
  }
}
