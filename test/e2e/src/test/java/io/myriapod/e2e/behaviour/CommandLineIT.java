package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Typed;
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
    Map<String, String> environment = new HashMap<>(more);
    environment.put("NETCONFPATH", stage.at("net.d").toString());
    environment.put("CNI_PATH", stage.bin().toString());
    return Typed.at(stage.at(""), environment, arguments);
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
  void why_podAttached_tellsEachStepAndThatNothingDiffers() {
    TestPod pod = stage.podWith("storage");
    pod.add();

    String text = type("why", "shop/" + pod.name()).orThrow().out();
    JsonNode json = type("why", "shop/" + pod.name(), "net1", "-o", "json").orThrow().json();

    assertTrue(text.contains(" eth0: ok in "), text);
    assertTrue(text.contains("asked for network shop/storage"), text);
    assertTrue(text.contains("net1 attached"), text);
    assertTrue(text.contains("the kernel has all that is recorded"), text);
    JsonNode operation = json.at("/operations/0");
    assertEquals("ADD", operation.path("verb").asText());
    assertEquals("shop/" + pod.name(), operation.path("pod").asText());
    for (String stage : List.of("cluster", "ipam", "kernel", "status")) {
      double took = operation.path("stages").path(stage).asDouble();
      assertTrue(took > 0 && took <= operation.path("milliseconds").asDouble(), json.toString());
    }
    assertEquals("net1", json.at("/attachments/0/interface").asText());
    assertEquals(1, json.path("attachments").size());
    pod.delete();
    String after = type("why", "shop/" + pod.name()).orThrow().out();
    assertTrue(after.contains("DEL of container "), after);
    assertTrue(after.contains("nothing of it is attached"), after);
  }

  @Test
  void why_somebodyTookAnAddress_saysWhatDiffersAndEndsWithOne() {
    TestPod pod = stage.podWith("storage");
    pod.add();
    pod.netns().run("ip address flush dev net1");

    Result told = type("why", "shop/" + pod.name());

    assertEquals(1, told.exitCode(), told.out());
    assertTrue(told.out().contains("check network \"shop/storage\" as \"net1\""), told.out());
    Result again = type("why", "shop/" + pod.name());
    assertFalse(again.out().contains("CHECK of container"), "it records its own questions");
    pod.delete();
  }

  @Test
  void why_podThatFailed_saysTheReasonAndWhatToDo() {
    TestPod pod = stage.podWith("storage,absent");
    Result refused = pod.call().attempt("ADD");

    String text = type("why", "shop/" + pod.name()).orThrow().out();

    assertFalse(refused.ok());
    assertTrue(text.contains(refused.json().path("msg").asText()), text);
    assertTrue(text.contains("what to do: "), text);
    assertTrue(text.contains("nothing of it is attached"), text);
  }

  @Test
  void why_unknownPod_saysSo() {
    Result told = type("why", "shop/nobody");

    assertEquals(1, told.exitCode());
    assertTrue(told.err().contains("no operation for it is recorded"), told::err);
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
  @ValueSource(
      strings = {"agent", "cni", "demo", "devices", "explain", "list", "validate", "version"})
  void help_ofEachCommand_isShown(String command) {
    String text = type(command, "--help").orThrow().out();

    assertTrue(text.startsWith("Usage: myriapod " + command), text);
  }
}
