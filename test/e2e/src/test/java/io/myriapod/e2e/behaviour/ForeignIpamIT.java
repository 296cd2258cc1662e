package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecordedCall;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A foreign IPAM under a built-in plugin. CNI SPEC 1.1.0, "Plugin Delegation". */
@InNamespaces(kinds = {"bridge", "macvlan"})
class ForeignIpamIT {
  private static final String BIG = "\"pool\":123456789012345678901234567890.5000";
  private static final Answer LEASED =
      Answer.prints(
          """
          {"cniVersion":"1.0.0","ips":[{"address":"10.77.0.5/24","gateway":"10.77.0.1"}],
           "routes":[{"dst":"10.78.0.0/16"}],"dns":{"nameservers":["10.77.0.53"]}}
          """);

  private static Stage stage;
  private static RecorderPlugin ipam;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    ipam = RecorderPlugin.install(stage.bin(), "recorder-ipam");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void untold() {
    ipam.answer("ADD", LEASED);
    ipam.answer("CHECK", Answer.usual());
    ipam.answer("DEL", Answer.usual());
    ipam.forget();
  }

  private static TestPod attachedTo(String type) {
    String own = type.equals("bridge") ? "\"bridge\":\"br-own\"" : "\"master\":\"parent0\"";
    String network = type + "-foreign";
    stage.define(
        network,
        """
        {"cniVersion":"1.0.0","name":"%s","type":"%s",%s,"x-vendor":{"a":[null]},
         "ipam":{"type":"recorder-ipam",%s}}
        """
            .formatted(network, type, own, BIG));
    return stage.podWith(network);
  }

  @ParameterizedTest
  @ValueSource(strings = {"macvlan", "bridge"})
  void addCheckDel_foreignIpam_getsTheWholeConfigEachTime(String type) {
    TestPod pod = attachedTo(type);

    Result added = pod.add();
    assertTrue(pod.netns().addresses("net1").contains("10.77.0.5/24"));
    pod.call().after(added).run("CHECK");
    pod.delete();

    RecordedCall add = ipam.calls("ADD").get(0);
    assertTrue(add.stdin().contains(BIG), add::stdin);
    assertEquals(type, add.config().path("type").asText());
    assertEquals(type + "-foreign", add.config().path("name").asText());
    assertEquals(Stage.object("{\"a\":[null]}"), add.config().path("x-vendor"));
    assertFalse(add.config().has("prevResult"), add::stdin);
    assertEquals("net1", add.environment().get("CNI_IFNAME"));
    assertEquals(pod.netns().path().toString(), add.environment().get("CNI_NETNS"));
    for (String verb : List.of("CHECK", "DEL")) {
      assertEquals(1, ipam.calls(verb).size(), verb);
      RecordedCall call = ipam.calls(verb).get(0);
      assertEquals(add.config(), without(call, "prevResult"), verb);
      assertEquals(environment(add), environment(call), verb);
      JsonNode previous = call.config().path("prevResult");
      assertEquals("1.0.0", previous.path("cniVersion").asText(), verb);
      assertEquals("10.77.0.5/24", previous.at("/ips/0/address").asText(), verb);
      assertTrue(previous.path("interfaces").toString().contains("\"net1\""), verb);
    }
  }

  private static JsonNode without(RecordedCall call, String key) {
    ObjectNode config = (ObjectNode) call.config();
    config.remove(key);
    return config;
  }

  private static Map<String, String> environment(RecordedCall call) {
    Map<String, String> environment = new TreeMap<>(call.environment());
    environment.remove("CNI_COMMAND");
    return environment;
  }

  @Test
  void del_foreignIpam_isToldWhenTheLinkIsGone() {
    TestPod pod = attachedTo("macvlan");
    pod.add();
    ipam.answer(
        "DEL",
        Answer.usual()
            .running(
                "! nsenter --net=\"$CNI_NETNS\" ip link show dev \"$CNI_IFNAME\" >/dev/null 2>&1"
                    + " || touch \"$folder/link-was-there\""));

    pod.delete();

    assertEquals(1, ipam.calls("DEL").size());
    assertFalse(
        Files.exists(stage.bin().resolve(".recorder-ipam/link-was-there")),
        "an address is free only when no link has it");
  }

  @Test
  void add_foreignIpamRefuses_deletesItAndLeavesNoLink() {
    TestPod pod = attachedTo("macvlan");
    ipam.answer("ADD", Answer.failsWith(11, "no address now", "later"));

    stage.assertUndone(
        pod, () -> Refusal.assertRefused(pod.call().attempt("ADD"), 11, "no address now", "net1"));

    assertFalse(ipam.calls("DEL").isEmpty(), "a failed ADD is followed by DEL");
  }

  @Test
  void add_foreignIpamGivesNoAddress_isRefused() {
    TestPod pod = attachedTo("macvlan");
    ipam.answer("ADD", Answer.prints("{\"cniVersion\":\"1.0.0\",\"ips\":[]}"));

    stage.assertUndone(
        pod, () -> Refusal.assertRefused(pod.call().attempt("ADD"), 7, "recorder-ipam"));
  }

  @Test
  void del_foreignIpamRefuses_linkGoesAndLeaseIsTriedAgain() {
    TestPod pod = attachedTo("macvlan");
    pod.add();
    ipam.answer("DEL", Answer.failsWith(11, "not now", ""));

    Refusal.assertRefused(pod.call().attempt("DEL"), 11, "not now");
    assertFalse(pod.netns().hasLink("net1"), "the rest is done all the same");
    ipam.answer("DEL", Answer.usual());
    ipam.forget();
    pod.delete();

    assertEquals(1, ipam.calls("DEL").size());
  }

  @Test
  void gc_podNotListed_foreignIpamIsDeletedAndToldWhoLives() {
    stage.define(
        "collected",
        """
        {"cniVersion":"1.1.0","name":"collected","type":"macvlan","master":"parent0",
         "ipam":{"type":"recorder-ipam"}}
        """);
    TestPod alive = stage.podWith("collected");
    TestPod dead = stage.podWith("collected");
    alive.add();
    dead.add();
    ObjectNode config = stage.config();
    ArrayNode valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : List.of(stage.witness(), alive)) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }

    alive.call().config(config.toString()).run("GC");

    assertEquals(1, ipam.calls("DEL").size());
    assertEquals(
        "box-" + dead.name(), ipam.calls("DEL").get(0).environment().get("CNI_CONTAINERID"));
    assertFalse(dead.netns().hasLink("net1"));
    JsonNode told = ipam.calls("GC").get(0).config().path("cni.dev/valid-attachments");
    assertTrue(told.toString().contains("\"box-" + alive.name() + "\""), told::toString);
    assertFalse(told.toString().contains("\"box-" + dead.name() + "\""), told::toString);
    alive.delete();
  }

  @Test
  void status_ofADefaultNetworkWithForeignIpam_isTheIpamsToo() {
    ObjectNode config = stage.config();
    ((ObjectNode) config.at("/delegates/0/plugins/0"))
        .putObject("ipam")
        .put("type", "recorder-ipam");
    Call call = stage.call("status", stage.node().path()).config(config.toString());
    ipam.answer("STATUS", Answer.usual());
    call.run("STATUS");
    assertEquals(1, ipam.calls("STATUS").size());

    ObjectNode plugin = (ObjectNode) config.at("/delegates/0/plugins/0");
    plugin.put("bridge", "cni1"); // a result may be asked for again
    ipam.answer("STATUS", Answer.failsWith(50, "pool full", ""));

    Refusal.assertRefused(call.config(config.toString()).attempt("STATUS"), 50, "pool full");
    ipam.answer("STATUS", Answer.usual());
  }

  @Test
  void add_foreignIpamMissing_isRefusedBeforeAnythingIsMade() {
    stage.define(
        "no-ipam", Stage.macvlan("no-ipam", "parent0", "{\"type\":\"absent\"}").toString());
    TestPod pod = stage.podWith("no-ipam");

    stage.assertUntouched(
        pod,
        () ->
            Refusal.assertRefused(pod.call().attempt("ADD"), 7, "absent", stage.bin().toString()));
  }
}
