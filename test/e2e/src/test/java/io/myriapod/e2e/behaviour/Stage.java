package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One node with its agent, its directory cluster and a parent link {@code parent0}, whose far end
 * {@code wire0} is beside it. The default network is the bridge {@code cni0}. One pod, the witness,
 * is attached all the time: nothing that befalls others may harm it.
 */
final class Stage implements AutoCloseable {
  /** The namespace of pods and networks that say nothing else. */
  static final String NAMESPACE = "shop";

  static final String GATEWAY = "10.10.0.1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Netns node;
  private final Path root;
  private final AgentProcess agent;
  private final List<TestPod> pods = new ArrayList<>();
  private final TestPod witness;
  private Optional<NodeState> atRest = Optional.empty();

  private Stage(Netns node, Path root) {
    this.node = node;
    this.root = root;
    this.agent = AgentProcess.start(node, root);
    this.witness = pod();
    witness.add();
  }

  /** Makes node and folders, and starts the agent. */
  static Stage open() {
    return open("");
  }

  /** The same with a configuration of the agent, YAML. */
  static Stage open(String configuration) {
    try {
      Netns node = Netns.create("node");
      node.run("ip link set lo up");
      node.run("ip link add parent0 type veth peer name wire0");
      node.run("ip link set parent0 up && ip link set wire0 up");
      Path root = Files.createTempDirectory("myriapod-e2e");
      for (String folder : List.of("etc/myriapod/cluster", "bin", "net.d")) {
        Files.createDirectories(root.resolve(folder));
      }
      Files.writeString(root.resolve("etc/myriapod/config.yaml"), configuration);
      return new Stage(node, root);
    } catch (IOException e) {
      throw new UncheckedIOException("make the folders of a node", e);
    }
  }

  /** A pod that is attached all the time, to the default network alone. */
  TestPod witness() {
    return witness;
  }

  Netns node() {
    return node;
  }

  AgentProcess agent() {
    return agent;
  }

  /** A path below the agent's root. */
  Path at(String path) {
    return root.resolve(path);
  }

  /** Where foreign plugins are looked for. */
  Path bin() {
    return at("bin");
  }

  /** The shim under another name. */
  Path shimAs(String name) {
    Path link = at(name);
    try {
      return Files.exists(link) ? link : Files.createSymbolicLink(link, Product.shim());
    } catch (IOException e) {
      throw new UncheckedIOException("link the shim as " + link, e);
    }
  }

  /** What the runtime has read from {@code /etc/cni/net.d}. */
  ObjectNode config() {
    return object(
        """
        {"cniVersion": "1.1.0", "name": "myriapod", "type": "myriapod",
         "binDir": "%s", "confDir": "%s",
         "delegates": [{"cniVersion": "1.1.0", "name": "pods", "plugins": [
           {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true,
            "ipam": {"type": "host-local", "subnet": "10.10.0.0/24"}}]}]}
        """
            .formatted(bin(), at("net.d")));
  }

  static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("read " + json, e);
    }
  }

  /** Defines a network in {@link #NAMESPACE}, or redefines it. */
  void define(String name, String config) {
    define(NAMESPACE, name, config);
  }

  /** Defines a network, or redefines it. */
  void define(String namespace, String name, String config) {
    define(namespace, name, config, Map.of());
  }

  /** Defines a network whose pods get a device of that resource each. */
  void defineOf(String resource, String name, String config) {
    define(NAMESPACE, name, config, Map.of("k8s.v1.cni.cncf.io/resourceName", resource));
  }

  private void define(
      String namespace, String name, String config, Map<String, String> annotations) {
    ObjectNode manifest = object("{\"apiVersion\":\"k8s.cni.cncf.io/v1\"}");
    manifest.put("kind", "NetworkAttachmentDefinition");
    ObjectNode metadata =
        manifest.putObject("metadata").put("namespace", namespace).put("name", name);
    annotations.forEach(metadata.putObject("annotations")::put);
    manifest.putObject("spec").put("config", config);
    write("nad_%s_%s.json".formatted(namespace, name), manifest);
  }

  /** Defines a macvlan network on {@code parent0} with this range. */
  void defineMacvlan(String name, String subnet) {
    define(name, macvlan(name, "parent0", hostLocal(subnet)).toString());
  }

  static ObjectNode macvlan(String name, String master, String ipam) {
    ObjectNode config = object("{\"cniVersion\":\"1.0.0\"}").put("name", name);
    config.put("type", "macvlan").put("master", master).set("ipam", object(ipam));
    return config;
  }

  static String hostLocal(String subnet) {
    return "{\"type\":\"host-local\",\"subnet\":\"%s\"}".formatted(subnet);
  }

  /** Forgets a network. */
  void undefine(String name) {
    delete("nad_%s_%s.json".formatted(NAMESPACE, name));
  }

  /** A pod without networks of its own. */
  TestPod pod() {
    return pod(Map.of());
  }

  /** A pod that asks for these networks. */
  TestPod podWith(String networks) {
    return pod(Map.of("k8s.v1.cni.cncf.io/networks", networks));
  }

  /** A pod with these annotations and a sandbox, not attached yet. */
  TestPod pod(Map<String, String> annotations) {
    TestPod pod = new TestPod(this, "pod-" + (pods.size() + 1));
    pods.add(pod);
    announce(pod.name(), annotations);
    return pod;
  }

  /** Says of a pod what the cluster knows. */
  void announce(String pod, Map<String, String> annotations) {
    ObjectNode manifest = object("{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}");
    ObjectNode metadata = manifest.putObject("metadata").put("namespace", NAMESPACE);
    metadata.put("name", pod).put("uid", "uid-of-" + pod);
    ObjectNode texts = metadata.putObject("annotations");
    annotations.forEach(texts::put);
    write("pod_%s.json".formatted(pod), manifest);
  }

  /** Lets the cluster forget a pod. */
  void forget(TestPod pod) {
    delete("pod_%s.json".formatted(pod.name()));
  }

  /** The shim's call for a sandbox of that name. */
  Call call(String pod, Path netns) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MYRIAPOD_ROOT", root.toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    environment.put("CNI_CONTAINERID", "box-" + pod);
    environment.put("CNI_NETNS", netns.toString());
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", bin().toString());
    environment.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=box-%s;K8S_POD_UID=uid-of-%s"
            .formatted(NAMESPACE, pod, pod, pod));
    return new Call(node, Product.shim(), environment, config().toString());
  }

  /** The addresses that are leased in a host-local network. */
  List<String> leases(String network) {
    Path folder = at("var/lib/cni/networks").resolve(network);
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9.]+|[0-9a-f:]+"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  /** What happens changes nothing of node and pod, not even a file; the witness lives on. */
  void assertUntouched(TestPod pod, Runnable what) {
    NodeState before = atRest.orElseGet(() -> picture(true));
    assertHarmless(pod, what);
    NodeState after = picture(true);
    after.assertSameAs(before);
    atRest = Optional.of(after);
  }

  /** As {@link #assertUntouched}, but something was done and undone: the next lease is another. */
  void assertUndone(TestPod pod, Runnable what) {
    NodeState before = picture(false);
    List<Path> leases = everyLease();
    assertHarmless(pod, what);
    picture(false).assertSameAs(before);
    assertEquals(leases, everyLease());
    changed();
  }

  /** The node is not as it was: {@link #assertUntouched} has to look anew. */
  void changed() {
    atRest = Optional.empty();
  }

  private void assertHarmless(TestPod pod, Runnable what) {
    String inside = pod.picture();
    what.run();
    assertEquals(inside, pod.picture(), "the pod is not as it was before");
    assertFalse(pod.hasStatus(), "a pod that is not attached has a network-status");
    assertFalse(agent.hasEnded(), agent::log);
    assertTrue(witness.reaches(GATEWAY), "the witness has lost its gateway");
  }

  /** Links, addresses, routes and nft; with the files of leases and spool if wanted. */
  private NodeState picture(boolean files) {
    List<String> without = new ArrayList<>(List.of("sysctl", "rule", "neighbour", "fdb"));
    if (!files) {
      without.add("tree");
    }
    return NodeState.without(without, node, at("var/lib/cni"), at("var/lib/myriapod/spool"));
  }

  private List<Path> everyLease() {
    try (Stream<Path> files = Files.walk(at("var/lib/cni"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("last_reserved_ip.*|lock"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list leases", e);
    }
  }

  private void write(String name, ObjectNode manifest) {
    Path file = at("etc/myriapod/cluster").resolve(name);
    Path fresh = at(name + ".new");
    try {
      Files.writeString(fresh, manifest.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }

  private void delete(String name) {
    try {
      Files.delete(at("etc/myriapod/cluster").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("delete manifest " + name, e);
    }
  }

  @Override
  public void close() {
    agent.close();
    pods.forEach(TestPod::close);
    node.close();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + root, e);
    }
  }
}
