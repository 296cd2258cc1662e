package io.myriapod.e2e.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.myriapod.fixtures.Greeting;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Typed;
import io.myriapod.fixtures.runtime.PodRequest;
import io.myriapod.fixtures.runtime.RuntimePrograms;
import io.myriapod.fixtures.runtime.SandboxState;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * containerd on a node whose own network is of the reference plugins, around which Myriapod is
 * installed.
 */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"iptables", "iptables-save", "perl"})
class InstalledNodeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int HOST_PORT = 8088;
  private static final String PRIMARY =
      """
      {"cniVersion": "1.0.0", "name": "pods", "plugins": [
        {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true,
         "ipam": {"type": "host-local", "subnet": "10.91.0.0/24"}},
        {"type": "portmap", "capabilities": {"portMappings": true}},
        {"type": "firewall"}]}
      """;
  @TempDir private Path root;
  private PlainNode node;
  private Netns outside;
  private AgentProcess agent;

  @BeforeEach
  void open() throws IOException {
    RuntimePrograms.missing().ifPresent(reason -> assumeTrue(false, reason));
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    node = new PlainNode(root, PRIMARY);
    outside = Netns.create("outside");
    node.netns().run("ip link add out0 type veth peer name eth0 netns " + outside.name());
    node.netns().run("ip addr add 192.0.2.1/24 dev out0 && ip link set out0 up");
    outside.run("ip addr add 192.0.2.2/24 dev eth0 && ip link set eth0 up");
    Path plugins = Files.createDirectories(root.resolve("opt/cni/bin"));
    for (String type : List.of("bridge", "host-local", "portmap", "firewall")) {
      Files.createSymbolicLink(plugins.resolve(type), ReferencePlugins.NEW.folder().resolve(type));
    }
    agent = AgentProcess.start(node.netns(), root);
    node.boot();
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.close();
      agent.close();
      outside.close();
    }
  }

  private void typed(String... words) {
    Typed.at(root, Map.of("MYRIAPOD_SHIM", Product.shim().toString()), words).orThrow();
  }

  /** Names and contents of what the runtime reads. */
  private Map<String, String> networks() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(root.resolve("etc/cni/net.d"))) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  private String rules() {
    return node.netns()
        .run("iptables-save")
        .out()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll(" \\[[0-9:]+]$", ""))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** The runtime notices new files by itself. */
  private void awaitOurs() {
    Waiting.until(PATIENCE, "containerd's call of the shim", () -> node.callsUs());
  }

  private String pod(int sandboxesBefore) {
    PodRequest pod = PodRequest.of("shop", "web").mapping(HOST_PORT, 80).after(sandboxesBefore);
    return node.containerd().sandboxes().run(pod);
  }

  private void assertServedFromOutside(SandboxState state) {
    Process server = Greeting.serveIn(state.netns());
    try {
      Waiting.until(
          PATIENCE,
          "the pod's server",
          () -> Greeting.heard(node.netns(), state.ip(), 80).equals(Greeting.WORD));
      assertEquals(Greeting.WORD, Greeting.heard(outside, "192.0.2.1", HOST_PORT));
    } finally {
      server.destroyForcibly();
    }
  }

  private void assertNothingLeft(String rulesAtRest) throws IOException {
    assertEquals(rulesAtRest, rules());
    assertEquals(List.of(), Journal.read(root.resolve("var/lib/myriapod/journal")));
    try (Stream<Path> files = Files.walk(root.resolve("var/lib/cni/networks"))) {
      assertEquals(
          List.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(f -> f.startsWith("10.9"))
              .toList());
    }
  }

  @Test
  void primaryOfReferencePlugins_installUninstallInstall_servesHostPortsAndIsTheNodesAgain()
      throws IOException {
    String before = pod(0);
    assertServedFromOutside(node.containerd().sandboxes().state(before));
    node.containerd().sandboxes().end(before);
    String rulesAtRest = rules();
    Map<String, String> own = networks();

    typed("install", "--wait", "60");
    Map<String, String> installed = networks();
    awaitOurs();
    String id = pod(1);
    SandboxState state = node.containerd().sandboxes().state(id);
    assertTrue(state.netns().hasLink("net1"), "the network of the annotation");
    assertServedFromOutside(state);
    assertEquals(1, node.containerd().calls().of("ADD", id));
    node.containerd().sandboxes().end(id);
    assertTrue(node.containerd().calls().of("DEL", id) > 0);
    assertEquals("", Greeting.heard(outside, "192.0.2.1", HOST_PORT));
    assertNothingLeft(rulesAtRest);

    typed("uninstall");
    assertEquals(own, networks());
    typed("install", "--wait", "60");
    assertEquals(installed, networks());
  }
}
