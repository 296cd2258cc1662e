package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node with a network of its own becomes ours, and its own again. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class InstallIT {
  private static final String CONFLIST = "00-myriapod.conflist";
  private static final String PRIMARY =
      """
      {"cniVersion": "1.0.0", "name": "primary", "plugins": [
        {"type": "bridge", "bridge": "cni8", "capabilities": {"ips": true},
         "ipam": {"type": "host-local", "subnet": "10.78.0.0/24"}}]}
      """;

  private static Stage stage;
  private static Path configurations;
  private static Path programs;

  @BeforeAll
  static void open() throws IOException {
    stage = Stage.open();
    stage.defineMacvlan("one", "10.22.0.0/24");
    configurations = Files.createDirectories(stage.at("etc/cni/net.d"));
    programs = Files.createDirectories(stage.at("opt/cni/bin"));
    Files.writeString(configurations.resolve("10-primary.conflist"), PRIMARY);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Result typed(String... words) {
    return Typed.at(stage.at("."), Map.of("MYRIAPOD_SHIM", Product.shim().toString()), words);
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  /** What a runtime hands to the first plugin of the network that it finds first. */
  private static String config() throws IOException {
    JsonNode list = Stage.object(Files.readString(configurations.resolve(CONFLIST)));
    ObjectNode plugin = (ObjectNode) list.at("/plugins/0");
    plugin.remove("capabilities");
    return plugin
        .put("cniVersion", list.path("cniVersion").asText())
        .put("name", list.path("name").asText())
        .toString();
  }

  @Test
  void install_servesPods_uninstall_leavesTheNodeAsItWas() throws IOException {
    assertEquals(0, typed("install", "--wait", "30").exitCode());

    JsonNode list = Stage.object(Files.readString(configurations.resolve(CONFLIST)));
    assertEquals("{\"ips\":true}", list.at("/plugins/0/capabilities").toString());
    assertTrue(Files.isExecutable(programs.resolve("myriapod")));
    assertEquals("all is in place\n", typed("install", "--wait", "30").orThrow().out());

    TestPod pod = stage.podWith("one");
    Call call = pod.call().as(programs.resolve("myriapod")).config(config());
    call.run("ADD");
    assertTrue(pod.ipOf("eth0").startsWith("10.78.0."));
    assertTrue(pod.ipOf("net1").startsWith("10.22.0."));

    Result early = typed("uninstall");
    assertEquals(3, early.exitCode(), early.err());
    assertTrue(early.out().contains("the shim and the agent stay for "), early.out());
    assertFalse(Files.exists(configurations.resolve(CONFLIST)), "the node's own is first again");
    assertTrue(Files.exists(programs.resolve("myriapod")), "for the DELs to come");
    call.run("DEL");
    stage.witness().delete();

    assertEquals(0, typed("uninstall").exitCode());
    assertEquals(PRIMARY, Files.readString(configurations.resolve("10-primary.conflist")));
    assertEquals(1, files(configurations));
    assertEquals(0, files(programs));
    stage.witness().add();
  }

  @Test
  void install_severalNetworks_isRefusedAndChangesNothing() throws IOException {
    Path other = configurations.resolve("20-other.conflist");
    Files.writeString(other, PRIMARY.replace("primary", "other"));
    try {
      Result refused = typed("install", "--wait", "30");

      assertEquals(1, refused.exitCode());
      assertTrue(refused.err().contains("\"other\" in 20-other.conflist"), refused.err());
      assertTrue(refused.err().contains("--primary NAME"), refused.err());
      assertEquals(2, files(configurations));
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void agent_toldToInstall_isReadyWithItsNetworkAndLeavesItThere() throws IOException {
    Path root = stage.at("second");
    Path other = Files.createDirectories(root.resolve("etc/cni/net.d"));
    AgentProcess agent =
        AgentProcess.launch(
            stage.node(), root, List.of(), List.of(), List.of("--install", "--primary", "primary"));
    try (agent) {
      agent.awaitReady();
      assertFalse(status(root).path("ready").asBoolean(), "nothing is in place");

      Files.writeString(other.resolve("10-primary.conflist"), PRIMARY);
      Waiting.until(
          Duration.ofSeconds(30), "readiness", () -> status(root).path("ready").asBoolean());

      assertTrue(Files.exists(other.resolve(CONFLIST)));
      assertTrue(Files.isExecutable(root.resolve("opt/cni/bin/myriapod")));
    }
    assertTrue(Files.exists(other.resolve(CONFLIST)), "it stays");
  }

  private static JsonNode status(Path root) {
    return Typed.at(root, Map.of(), "status", "-o", "json").json();
  }

  @Test
  void install_noNetworkYet_waitsAndSaysSo() throws IOException {
    Path other = Files.createDirectories(stage.at("etc/cni/other.d"));

    Result late = typed("install", "--wait", "1", "--cni-conf-dir", "/etc/cni/other.d");

    assertEquals(1, late.exitCode());
    assertTrue(
        late.err().contains("waited 1 s for the node's own network to be there"), late.err());
    assertEquals(0, files(other));
  }
}
