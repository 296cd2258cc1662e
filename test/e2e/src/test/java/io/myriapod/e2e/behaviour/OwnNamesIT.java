package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Built-in plugins called by their own names, as any CNI runtime does it, in every version. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class OwnNamesIT {
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode config(String type, String version) {
    String ipam =
        "{\"type\":\"host-local\",\"subnet\":\"10.60.0.0/24\",\"rangeStart\":\"10.60.0.9\","
            + "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}";
    String name = type + version;
    ObjectNode config = Stage.macvlan(name, "parent0", ipam).put("cniVersion", version);
    config.put("type", type).put("bridge", "br-own");
    return config;
  }

  /** As the reference plugins have it, 1.0.0 answers with the keys that came with 1.1.0. */
  private static JsonNode expected(String version, Netns pod) {
    String mac = pod.link("net1").path("address").asText();
    String text =
        switch (version) {
          case "0.1.0", "0.2.0" ->
              """
              {"cniVersion":"VERSION","ip4":{"ip":"10.60.0.9/24","gateway":"10.60.0.1",
               "routes":[{"dst":"0.0.0.0/0"}]},"dns":{}}
              """;
          case "0.3.0", "0.3.1", "0.4.0" ->
              """
              {"cniVersion":"VERSION","interfaces":[{"name":"net1","mac":"MAC","sandbox":"NETNS"}],
               "ips":[{"version":"4","interface":0,"address":"10.60.0.9/24","gateway":"10.60.0.1"}],
               "routes":[{"dst":"0.0.0.0/0"}],"dns":{}}
              """;
          default ->
              """
              {"cniVersion":"VERSION",
               "interfaces":[{"name":"net1","mac":"MAC","mtu":1500,"sandbox":"NETNS"}],
               "ips":[{"interface":0,"address":"10.60.0.9/24","gateway":"10.60.0.1"}],
               "routes":[{"dst":"0.0.0.0/0"}],"dns":{}}
              """;
        };
    return Stage.object(
        text.replace("VERSION", version)
            .replace("MAC", mac)
            .replace("NETNS", pod.path().toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
  void macvlan_eachVersion_answersInItsShape(String version, Netns pod) {
    Solo solo = Solo.of(stage, pod, "versions", config("macvlan", version));

    Result added = solo.call().run("ADD");

    assertEquals(expected(version, pod), added.json());
    Result checked = solo.call().after(added).attempt("CHECK");
    if (version.compareTo("0.4.0") < 0) {
      assertRefused(checked, 1, version, "0.4.0");
    } else {
      assertEquals("", checked.orThrow().out());
    }
    assertEquals("", solo.call().after(added).run("DEL").out());
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), stage.leases("macvlan" + version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.2.0", "0.4.0", "1.1.0"})
  void bridge_eachKindOfVersion_namesAllItsInterfaces(String version, Netns pod) {
    Solo solo = Solo.of(stage, pod, "versions", config("bridge", version));

    JsonNode result = solo.call().run("ADD").json();

    if (version.equals("0.2.0")) {
      assertEquals(expected(version, pod), result);
    } else {
      assertEquals("br-own", result.at("/interfaces/0/name").asText());
      assertFalse(result.at("/interfaces/0").has("sandbox"));
      assertEquals("net1", result.at("/interfaces/2/name").asText());
      assertEquals(2, result.at("/ips/0/interface").asInt());
    }
    solo.call().run("DEL");
    assertEquals(List.of(), stage.leases("bridge" + version));
  }

  @Test
  void layer2_versionWithoutAPlaceForIt_isRefusedAndUndone(Netns pod) {
    ObjectNode config = config("macvlan", "0.2.0");
    config.remove("ipam");
    Solo solo = Solo.of(stage, pod, "layer2", config);

    assertRefused(solo.call().attempt("ADD"), 1, "cannot convert: no valid IP addresses");

    assertFalse(pod.hasLink("net1"), "a failed ADD leaves nothing");
    solo.call().run("DEL");
  }

  @Test
  void bridge_keyOfTheNodesOwn_isHandedToIt(Netns pod) throws IOException {
    Path folder = Files.createDirectories(stage.at("cni-bin"));
    RecorderPlugin own = RecorderPlugin.install(folder, "bridge");
    ObjectNode config = config("bridge", "1.1.0").put("macspoofchk", true);
    Solo solo = Solo.of(stage, pod, "handed", config);
    Call call = solo.call().with("CNI_PATH", stage.at("") + ":" + folder);

    Result added = call.run("ADD");
    call.after(added).run("CHECK");
    call.run("STATUS");
    call.after(added).run("DEL");

    assertEquals(
        List.of("ADD", "CHECK", "STATUS", "DEL"),
        own.calls().stream().map(one -> one.environment().get("CNI_COMMAND")).toList());
    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void version_ofEachName_listsAllSeven(Netns pod) {
    for (String name : List.of("myriapod", "macvlan", "bridge")) {
      Call call = stage.call("x", pod.path()).as(stage.shimAs(name));

      JsonNode reply = call.config("{\"cniVersion\":\"1.0.0\"}").run("VERSION").json();

      assertEquals("1.1.0", reply.path("cniVersion").asText());
      assertEquals(7, reply.path("supportedVersions").size());
    }
  }

  @Test
  void gc_listsEmpty_freesEveryAttachmentOfThatNetworkAlone(Netns dead, Netns other) {
    ObjectNode mine = config("macvlan", "1.1.0").put("name", "collected");
    ObjectNode theirs = config("macvlan", "1.1.0").put("name", "spared");
    Solo first = Solo.of(stage, dead, "first", mine);
    Solo second = Solo.of(stage, other, "second", theirs);
    first.call().run("ADD");
    second.call().run("ADD");
    ObjectNode listing = mine.deepCopy();
    listing.putArray("cni.dev/valid-attachments");

    first.with(listing).run("GC");

    assertFalse(dead.hasLink("net1"));
    assertEquals(List.of(), stage.leases("collected"));
    assertTrue(other.hasLink("net1"));
    assertEquals(1, stage.leases("spared").size());
    first.call().run("DEL");
    second.call().run("DEL");
  }

  @Test
  void call_byUnknownName_isRefusedNamingTheKnown(Netns pod) {
    Call call =
        stage
            .call("x", pod.path())
            .as(stage.shimAs("sriovx"))
            .config(config("macvlan", "1.0.0").toString());

    assertRefused(call.attempt("ADD"), 7, "sriovx", "macvlan", "bridge");
  }

  @Test
  void status_ofThePodsDefaultNetwork_isTrue() {
    Call call = stage.call("status", stage.node().path());

    assertEquals("", call.run("STATUS").out());
    ObjectNode broken = stage.config();
    ((ObjectNode) broken.at("/delegates/0/plugins/0")).put("type", "teleport");
    assertRefused(call.config(broken.toString()).attempt("STATUS"), 50, "teleport");
  }

  @Test
  void status_secondaryPoolFull_isNoConcernOfTheNode() {
    String ipam =
        "{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.61.0.0/24\","
            + "\"rangeStart\":\"10.61.0.9\",\"rangeEnd\":\"10.61.0.9\"}]]}";
    stage.define("tiny", Stage.macvlan("tiny", "parent0", ipam).toString());
    TestPod pod = stage.podWith("tiny");
    pod.add();

    assertEquals("", stage.call("status", stage.node().path()).run("STATUS").out());

    pod.delete();
  }

  @Test
  void gc_ofThePodsNetworks_freesEveryNetworkOfDeadPods() {
    stage.defineMacvlan("swept", "10.62.0.0/24");
    TestPod alive = stage.podWith("swept");
    TestPod dead = stage.podWith("swept");
    alive.add();
    dead.add();
    ObjectNode config = stage.config();
    var valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : List.of(stage.witness(), alive)) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }

    alive.call().config(config.toString()).run("GC");

    assertFalse(dead.netns().hasLink("net1"));
    assertFalse(dead.netns().hasLink("eth0"));
    assertEquals(List.of(alive.ipOf("net1")), stage.leases("swept"));
    assertTrue(alive.reaches(Stage.GATEWAY));
    assertFalse(dead.hasStatus());
    alive.delete();
  }
}
