package io.myriapod.e2e.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder below {@code examples/} works as it stands, and leaves nothing behind. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"nft", "jq"})
class ExamplesIT {
  @TempDir Path root;

  static Stream<String> examples() throws IOException {
    try (Stream<Path> folders = Files.list(Product.top().resolve("examples"))) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_podAddedAndDeleted_hasItsNetworksAndLeavesNothing(
      String example, Netns node, Netns pod) throws IOException {
    Path folder = Product.top().resolve("examples").resolve(example);
    Path cluster = Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.copy(folder.resolve("cluster.yaml"), cluster.resolve("cluster.yaml"));
    node.run("ip link set lo up");
    node.run("sh", folder.resolve("node.sh").toString());
    NodeState before = NodeState.without(List.of("sysctl"), node);
    NodeState podBefore = NodeState.of(pod);
    String config = Files.readString(folder.resolve("10-myriapod.conf"));
    Sandbox sandbox = Sandbox.of(node, root, config, pod, podOf(folder));

    try (AgentProcess agent = AgentProcess.start(node, root)) {
      Sandbox attached = sandbox.after(sandbox.run("ADD"));
      assertHasExpected(folder, pod);
      attached.run("CHECK");
      attached.run("DEL");
      assertFalse(agent.hasEnded(), agent.log());
    }

    removeBridges(node);
    NodeState.without(List.of("sysctl"), node).assertSameAs(before);
    NodeState.of(pod).assertSameAs(podBefore);
    assertEquals(List.of(), leases());
  }

  private static void assertHasExpected(Path folder, Netns pod) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("expected"))) {
      String[] words = line.split(" ");
      String network = words[1].substring(0, words[1].lastIndexOf('.') + 1);
      List<String> addresses = pod.addresses(words[0]);
      assertTrue(
          addresses.stream().anyMatch(address -> address.startsWith(network)),
          "%s: want an address in %s, got %s".formatted(words[0], words[1], addresses));
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

  /** Bridges stay after DEL, as with the reference plugin. */
  private static void removeBridges(Netns node) {
    node.ip("link show type bridge")
        .forEach(bridge -> node.run("ip", "link", "delete", bridge.path("ifname").asText()));
  }

  /** Lease files under the agent's root: those that are named after an address. */
  private List<Path> leases() throws IOException {
    Path networks = root.resolve("var/lib/cni/networks");
    if (!Files.exists(networks)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(networks)) {
      return tree.filter(path -> path.getFileName().toString().matches("[0-9.]+")).toList();
    }
  }
}
