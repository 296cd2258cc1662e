package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person types on a node. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class CommandLineIT {
  private static Stage stage;

  @BeforeAll
  static void open() throws IOException {
    stage = Stage.open();
    stage.defineMacvlan("storage", "10.70.0.0/24");
    ObjectNode plugin = Stage.macvlan("lab", "parent0", Stage.hostLocal("10.71.0.0/24"));
    plugin.remove(List.of("name", "cniVersion"));
    plugin.putObject("capabilities").put("mac", true);
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\",\"name\":\"lab\"}");
    list.putArray("plugins").add(plugin);
    Files.writeString(stage.at("net.d/lab.conflist"), list.toString());
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Result type(Map<String, String> more, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Product.program().toString()));
    words.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MYRIAPOD_ROOT", stage.at("").toString());
    environment.put("NETCONFPATH", stage.at("net.d").toString());
    environment.put("CNI_PATH", stage.bin().toString());
    for (String variable : List.of("PATH", "JAVA_HOME", "HOME")) {
      if (System.getenv(variable) != null) {
        environment.put(variable, System.getenv(variable));
      }
    }
    return Command.of(words.toArray(String[]::new)).withEnvironment(environment).attempt();
  }

  private static Result type(String... arguments) {
    return type(Map.of(), arguments);
  }

  @Test
  void cni_oneNetworkByHand_addCheckStatusDel(Netns pod) {
    Path netns = pod.path();
    Map<String, String> more =
        Map.of("CNI_IFNAME", "lab0", "CAP_ARGS", "{\"mac\":\"02:00:00:00:00:07\"}");

    JsonNode result = type(more, "cni", "add", "lab", netns.toString()).orThrow().json();

    assertEquals("02:00:00:00:00:07", result.at("/interfaces/0/mac").asText());
    assertEquals("02:00:00:00:00:07", pod.link("lab0").path("address").asText());
    assertEquals("", type(more, "cni", "check", "lab", netns.toString()).orThrow().out());
    assertEquals("", type("cni", "status", "lab").orThrow().out());
    assertEquals("", type(more, "cni", "del", "lab", netns.toString()).orThrow().out());
    assertFalse(pod.hasLink("lab0"));
    assertEquals(List.of(), stage.leases("lab"));
  }

  @Test
  void cni_gcByHand_freesWhatWasAddedByHandAndSparesPods(Netns byHand) throws IOException {
    stage.define(
        "lab", Stage.macvlan("lab", "parent0", Stage.hostLocal("10.71.0.0/24")).toString());
    TestPod pod = stage.podWith("lab");
    pod.add();
    type("cni", "add", "lab", byHand.path().toString()).orThrow();
    Files.writeString(stage.at("var/lib/cni/networks/lab/10.71.0.200"), "orphan\r\nnet1");

    assertEquals("", type("cni", "gc", "lab").orThrow().out());

    assertFalse(byHand.hasLink("eth0"));
    assertEquals(List.of(pod.ipOf("net1")), stage.leases("lab"));
    pod.delete();
    assertEquals(List.of(), stage.leases("lab"));
  }

  @Test
  void cni_networkUnknown_saysWhereItLooked(Netns pod) {
    Result result = type("cni", "add", "absent", pod.path().toString());

    assertEquals(1, result.exitCode());
    assertTrue(result.err().contains("absent"), result::err);
    assertTrue(result.err().contains(stage.at("net.d").toString()), result::err);
  }

  @Test
  void list_podAttached_showsEachNetworkInBothFormats() {
    TestPod pod = stage.podWith("storage");
    pod.add();

    String table = type("list").orThrow().out();
    JsonNode list = type("list", "-o", "json").orThrow().json();

    String row = "shop/" + pod.name();
    assertTrue(table.lines().anyMatch(l -> l.startsWith(row + " ") && l.contains(" net1 ")), table);
    assertTrue(table.contains("shop/storage"), table);
    List<String> shown = new ArrayList<>();
    for (JsonNode one : list) {
      if (one.path("pod").asText().equals(row)) {
        shown.add(one.path("interface").asText() + " " + one.path("addresses").path(0).asText());
        assertEquals("attached", one.path("phase").asText());
        assertEquals(pod.netns().path().toString(), one.path("netns").asText());
      }
    }
    assertEquals(
        List.of("eth0 " + pod.ipOf("eth0") + "/24", "net1 " + pod.ipOf("net1") + "/24"), shown);
    pod.delete();
    assertFalse(type("list").orThrow().out().contains(row + " "));
  }

  @Test
  void version_saysWhatItSpeaks() {
    String text = type("version").orThrow().out();

    assertTrue(text.startsWith("myriapod "), text);
    assertTrue(text.contains("0.1.0 0.2.0 0.3.0 0.3.1 0.4.0 1.0.0 1.1.0"), text);
  }

  @Test
  void arguments_wrong_areRefusedWithTwo() {
    assertEquals(2, type("cni", "frobnicate", "lab").exitCode());
    assertEquals(2, type("list", "-o", "xml").exitCode());
    assertEquals(2, type("cni", "check", "lab").exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent", "cni", "demo", "list", "version"})
  void help_ofEachCommand_isShown(String command) {
    String text = type(command, "--help").orThrow().out();

    assertTrue(text.startsWith("Usage: myriapod " + command), text);
  }
}
