package io.myriapod.e2e.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder below {@code examples/} works as it stands, and leaves nothing behind. One agent serves
 * them all, one after the other; what the node has is made anew for each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Examples {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path root;

  private static Netns node;
  private static AgentProcess agent;

  private final Predicate<String> wanted;

  Examples(Predicate<String> wanted) {
    this.wanted = wanted;
  }

  Stream<String> examples() throws IOException {
    return all().filter(wanted);
  }

  static Stream<String> all() throws IOException {
    try (Stream<Path> folders = Files.list(top())) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  static Path top() {
    return Product.top().resolve("examples");
  }

  @BeforeAll
  static void open() throws IOException {
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    node = Netns.create("examples");
    node.run("ip link set lo up");
    agent = AgentProcess.start(node, root);
  }

  @AfterAll
  static void close() {
    if (agent != null) {
      agent.close();
      node.close();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_podAddedAndDeleted_hasItsNetworksAndLeavesNothing(String example, Netns pod)
      throws IOException {
    Path folder = top().resolve(example);
    boolean foreign = hasForeign(folder);
    if (foreign) {
      ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    }
    Files.copy(
        folder.resolve("cluster.yaml"),
        root.resolve("etc/myriapod/cluster/cluster.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    node.run("sh", folder.resolve("node.sh").toString());
    node.settle();
    NodeState before = NodeState.without(List.of("sysctl"), node);
    pod.run("ip link set lo up && ip link set lo down"); // its addresses stay behind
    NodeState podBefore = NodeState.of(pod);
    Sandbox sandbox = sandboxOf(folder, pod);
    Optional<Process> programs = startPrograms(folder);

    Sandbox attached = sandbox.after(sandbox.run("ADD"));
    assertHasExpected(folder, pod);
    assertLooksAsTold(folder, pod);
    attached.run("CHECK");
    attached.run("DEL");

    programs.ifPresent(Examples::end);
    assertFalse(agent.hasEnded(), agent.log());
    removeWhatStays(foreign);
    NodeState.without(List.of("sysctl"), node).assertSameAs(before);
    NodeState.of(pod).assertSameAs(podBefore);
    assertEquals(List.of(), leases());
    removeLinks();
  }

  /** Whether executables of the node are in the chain. */
  private static boolean hasForeign(Path folder) throws IOException {
    String definitions = Files.readString(folder.resolve("cluster.yaml"));
    return Stream.of("portmap", "dhcp")
        .anyMatch(type -> definitions.contains("\"type\": \"%s\"".formatted(type)));
  }

  private static String foreignPlugins() {
    return ReferencePlugins.NEW.folder().toString();
  }

  /** As a runtime calls it; a plugin that is not the whole agent by a link of its own name. */
  private static Sandbox sandboxOf(Path folder, Netns pod) throws IOException {
    String config = Files.readString(folder.resolve("10-myriapod.conf"));
    Sandbox sandbox = Sandbox.of(node, root, config, pod, podOf(folder));
    if (hasForeign(folder)) {
      sandbox = sandbox.with("CNI_PATH", foreignPlugins());
    }
    String type = new ObjectMapper().readTree(config).path("type").asText();
    if (type.equals("loopback")) {
      Path link = root.resolve(type);
      Files.createSymbolicLink(link, Product.shim());
      return sandbox.calling(link, config).with("CNI_IFNAME", "lo");
    }
    return sandbox;
  }

  /** Runs the example's own {@code programs.sh} until it is ready, if there is one. */
  private static Optional<Process> startPrograms(Path folder) {
    Path programs = folder.resolve("programs.sh");
    if (!Files.exists(programs)) {
      return Optional.empty();
    }
    Path ready = root.resolve("ready");
    Process process =
        node.start(
            "env", "CNI_PATH=" + foreignPlugins(), "sh", programs.toString(), ready.toString());
    Waiting.until(SOON, programs.toString(), () -> Files.exists(ready));
    return Optional.of(process);
  }

  private static void end(Process programs) {
    programs.destroy();
    Waiting.until(SOON, "the end of the example's programs", () -> !programs.isAlive());
  }

  private static void assertHasExpected(Path folder, Netns pod) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("expected"))) {
      String[] words = line.split(" ");
      String network = words[1].replaceAll("(0|:)/\\d+$", "");
      List<String> addresses = pod.addresses(words[0]);
      assertTrue(
          addresses.stream().anyMatch(address -> address.startsWith(network)),
          "%s: want an address in %s, got %s".formatted(words[0], words[1], addresses));
    }
  }

  private static void assertLooksAsTold(Path folder, Netns pod) {
    Path look = folder.resolve("look.sh");
    if (Files.exists(look)) {
      node.run("sh", "-x", look.toString(), pod.path().toString());
    }
  }

  private static PodName podOf(Path folder) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    try (MappingIterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class).readValues(folder.resolve("cluster.yaml").toFile())) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        JsonNode metadata = document.path("metadata");
        if (document.path("kind").asText().equals("Pod")) {
          return new PodName(
              metadata.path("namespace").asText(),
              metadata.path("name").asText(),
              metadata.path("uid").asText());
        }
      }
    }
    throw new AssertionError(folder + "/cluster.yaml: no pod");
  }

  /** Bridges and the chains of foreign plugins stay after DEL, as with the reference plugins. */
  private static void removeWhatStays(boolean foreign) {
    node.ip("link show type bridge")
        .forEach(bridge -> node.run("ip", "link", "delete", bridge.path("ifname").asText()));
    if (foreign) {
      node.run("nft", "flush", "ruleset");
    }
  }

  /** A veth takes its peer along. */
  private static void removeLinks() {
    node.ip("link show")
        .forEach(link -> node.attempt("ip", "link", "delete", link.path("ifname").asText()));
  }

  /** Lease files under the agent's root: those that are named after an address. */
  private static List<Path> leases() throws IOException {
    Path networks = root.resolve("var/lib/cni/networks");
    if (!Files.exists(networks)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(networks)) {
      return tree.filter(path -> path.getFileName().toString().matches("[0-9.]+|[0-9a-f:]+"))
          .toList();
    }
  }
}
