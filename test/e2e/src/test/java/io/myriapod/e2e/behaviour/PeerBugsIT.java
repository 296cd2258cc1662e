package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mistakes that were found in the reference plugins, each with the number of its case; {@link
 * PeerBugsReferenceIT} shows that they make them. B2, B5 and B6, which are of ipvlan and vlan:
 * {@link PeerBugsOfVlansIT}.
 */
@InNamespaces(kinds = {"bridge", "macvlan"})
class PeerBugsIT {
  private static final Answer LEASED =
      Answer.prints(
          """
          {"cniVersion":"1.1.0","ips":[{"address":"10.77.0.5/24","gateway":"10.77.0.1"}],
           "dns":{"nameservers":["10.77.0.53"],"domain":"example.org"}}
          """);

  private static Stage stage;
  private static RecorderPlugin ipam;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    ipam = RecorderPlugin.install(stage.bin(), "ipam");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @AfterEach
  void untold() {
    ipam.answer("ADD", LEASED).answer("DEL", Answer.usual());
    ipam.forget();
  }

  /** For every type of plugin. */
  private static ObjectNode config(String name, String ipam) {
    stage.node().attempt("ip link add lent0 type veth peer name lent1");
    return Stage.macvlan(name, "parent0", ipam)
        .put("cniVersion", "1.1.0")
        .put("bridge", "br-peer")
        .put("device", "lent0");
  }

  private static Solo solo(Netns pod, ObjectNode config) {
    return Solo.of(stage, pod, config.path("name").asText(), config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"macvlan", "bridge", "ptp", "host-device"})
  void b1_ipamFails_leavesNoLinkAndTheNextAddWorks(String type, Netns pod) {
    String links = links();
    Solo solo = solo(pod, config("b1", "{\"type\":\"ipam\"}").put("type", type));
    ipam.answer("ADD", Answer.failsWith(11, "not now", ""));

    assertRefused(solo.call().attempt("ADD"), 11, "not now");
    assertFalse(pod.hasLink("net1"));
    assertEquals(links, links());
    ipam.answer("ADD", LEASED);
    solo.call().run("ADD");

    assertTrue(pod.hasLink("net1"));
    solo.call().run("DEL");
    assertEquals(links, links());
  }

  /** The names of the node's links. */
  private static String links() {
    return stage.node().run("ls /sys/class/net; ip -br link").out().replaceAll("(?m)\\s.*$", "");
  }

  @Test
  void b3_delWithEmptyNetns_releasesTheLease() {
    for (String type : List.of("macvlan", "bridge", "ptp", "host-device")) {
      ObjectNode config = config("b3-" + type, Stage.hostLocal("10.43.0.0/24")).put("type", type);
      try (Netns sandbox = Netns.create("b3")) {
        solo(sandbox, config).call().run("ADD");
        assertEquals(1, stage.leases("b3-" + type).size());
        Command.of("ip", "netns", "delete", sandbox.name()).run();

        solo(sandbox, config).call().with("CNI_NETNS", "").run("DEL");
      }
      assertEquals(List.of(), stage.leases("b3-" + type), type);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"macvlan", "bridge", "ptp", "host-device"})
  void b4_delTwiceLinkAbsentNetnsGone_succeeds(String type, Netns pod) {
    ObjectNode config = config("b4", Stage.hostLocal("10.44.0.0/24")).put("type", type);
    Solo solo = solo(pod, config);
    solo.call().run("DEL");
    solo.call().run("ADD");
    pod.run("ip link delete net1");
    solo.call().run("DEL");
    solo.call().run("DEL");
    assertEquals(List.of(), stage.leases("b4"));

    config("b4", "{}"); // a device again, if it was that
    try (Netns sandbox = Netns.create("b4")) {
      Solo gone = solo(sandbox, config);
      gone.call().run("ADD");
      Command.of("ip", "netns", "delete", sandbox.name()).run();
      gone.call().run("DEL");
      gone.call().run("DEL");
    }
    assertEquals(List.of(), stage.leases("b4"));
  }

  @Test
  void b7_gc_freesWhatIsNotListedAndNothingElse(Netns kept, Netns dead) throws IOException {
    ObjectNode config = config("b7", Stage.hostLocal("10.47.0.0/24"));
    Solo.of(stage, kept, "kept", config).call().run("ADD");
    Solo.of(stage, dead, "dead", config).call().run("ADD");
    String alive = kept.addresses("net1").get(0).replaceAll("/.*", "");
    Files.writeString(stage.at("var/lib/cni/networks/b7/10.47.0.200"), "never-heard-of\r\nnet1");
    ObjectNode listing = config.deepCopy();
    listing
        .putArray("cni.dev/valid-attachments")
        .addObject()
        .put("containerID", "kept")
        .put("ifname", "net1");

    assertEquals("", Solo.of(stage, kept, "kept", config).with(listing).run("GC").out());

    assertEquals(List.of(alive), stage.leases("b7"));
    assertTrue(kept.hasLink("net1"));
    assertFalse(dead.hasLink("net1"));
    Solo.of(stage, kept, "kept", config).call().run("DEL");
    Solo.of(stage, dead, "dead", config).call().run("DEL");
  }

  @Test
  void b8_statusOfFullPool_isUnavailable(Netns pod) {
    String small =
        "{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.48.0.0/24\","
            + "\"rangeStart\":\"10.48.0.10\",\"rangeEnd\":\"10.48.0.10\"}]]}";
    Solo solo = solo(pod, config("b8", small));
    assertEquals("", solo.call().run("STATUS").out());
    solo.call().run("ADD");

    assertRefused(solo.call().attempt("STATUS"), 50, "b8", "10.48.0.10");

    solo.call().run("DEL");
    solo.call().run("STATUS");
  }

  @Test
  void b8_statusWithoutParent_isUnavailable(Netns pod) {
    ObjectNode config = config("b8-parent", Stage.hostLocal("10.48.0.0/24"));

    assertRefused(
        solo(pod, config.put("master", "absent0")).call().attempt("STATUS"), 50, "absent0");
  }

  @Test
  void b9_routeWithMtuAndAdvmss_getsThem(Netns pod) {
    String routes =
        "{\"type\":\"static\",\"addresses\":[{\"address\":\"10.49.0.5/24\"}],\"routes\":["
            + "{\"dst\":\"10.50.0.0/16\",\"gw\":\"10.49.0.1\",\"mtu\":1400,\"advmss\":1360,"
            + "\"priority\":7}]}";
    Solo solo = solo(pod, config("b9", routes));

    JsonNode result = solo.call().run("ADD").json();

    JsonNode route = pod.ip("route show 10.50.0.0/16").path(0);
    assertEquals(1400, route.at("/metrics/0/mtu").asInt(), route::toString);
    assertEquals(1360, route.at("/metrics/0/advmss").asInt(), route::toString);
    assertEquals(7, route.path("metric").asInt(), route::toString);
    assertEquals(1400, result.at("/routes/0/mtu").asInt(), result::toString);
    solo.call().run("DEL");
  }

  @Test
  void b10_containersNetnsIsTheNodes_isRefusedBeforeAnythingHappens() {
    Solo solo = solo(stage.node(), config("b10", "{\"type\":\"ipam\"}"));

    assertRefused(solo.call().attempt("ADD"), 8, stage.node().path().toString());

    assertEquals(List.of(), ipam.calls());
    assertFalse(stage.node().hasLink("net1"));
  }

  @Test
  void b11_ipamDelFails_linkGoesAllTheSame(Netns pod) {
    Solo solo = solo(pod, config("b11", "{\"type\":\"ipam\"}"));
    ipam.answer("ADD", LEASED);
    solo.call().run("ADD");
    ipam.answer("DEL", Answer.failsWith(11, "not now", ""));

    assertRefused(solo.call().attempt("DEL"), 11, "not now");

    assertFalse(pod.hasLink("net1"));
    ipam.answer("DEL", Answer.usual());
    solo.call().run("DEL");
  }

  @Test
  void b12_dnsOfTheIpam_isKept(Netns pod) {
    ipam.answer("ADD", LEASED);
    Solo solo = solo(pod, config("b12", "{\"type\":\"ipam\"}"));

    JsonNode result = solo.call().run("ADD").json();

    assertEquals(
        Stage.object("{\"nameservers\":[\"10.77.0.53\"],\"domain\":\"example.org\"}"),
        result.path("dns"));
    solo.call().run("DEL");
  }

  /**
   * The reference's directory is that of the network's name: leases of both lie in it. An address
   * is a file there, so none is given twice even where ranges overlap; CHECK asks for the lease of
   * that very address; GC frees addresses of its own ranges.
   */
  @Test
  void b13_twoRangesUnderOneName_doNotDisturbEachOther(Netns one, Netns other) {
    ObjectNode first = config("b13", Stage.hostLocal("10.53.0.0/30"));
    ObjectNode second = config("b13", Stage.hostLocal("10.54.0.0/30"));
    Solo.of(stage, one, "one", first).call().run("ADD");
    Result added = Solo.of(stage, other, "other", second).call().run("ADD");

    assertEquals(List.of("10.53.0.2", "10.54.0.2"), stage.leases("b13"));
    assertRefused(
        Solo.of(stage, other, "third", first).call().with("CNI_IFNAME", "net3").attempt("ADD"),
        101,
        "10.53.0.1-10.53.0.2");
    Solo.of(stage, one, "one", first).call().run("DEL");
    assertEquals(List.of("10.54.0.2"), stage.leases("b13"));
    Solo.of(stage, other, "other", second).call().after(added).run("CHECK");
    Solo.of(stage, other, "other", second).call().run("DEL");
    assertEquals(List.of(), stage.leases("b13"));
  }

  @Test
  void b13_gcOfOneOfTwo_leavesTheOther(Netns one, Netns other) throws IOException {
    ObjectNode first = config("b13", Stage.hostLocal("10.53.0.0/24"));
    ObjectNode second = config("b13", Stage.hostLocal("10.54.0.0/24"));
    Solo.of(stage, one, "one", first).call().run("ADD");
    Solo.of(stage, other, "other", second).call().run("ADD");
    Path folder = stage.at("var/lib/cni/networks/b13");
    Files.writeString(folder.resolve("10.53.0.99"), "unrecorded\r\nnet1");
    Files.writeString(folder.resolve("10.54.0.99"), "unrecorded\r\nnet1");
    ObjectNode nothing = first.deepCopy();
    nothing.putArray("cni.dev/valid-attachments");

    Solo.of(stage, one, "one", nothing).call().run("GC");

    assertFalse(one.hasLink("net1"));
    assertTrue(other.hasLink("net1"));
    assertEquals(List.of("10.54.0.2", "10.54.0.99"), stage.leases("b13"));
    Solo.of(stage, other, "other", second).call().run("DEL");
    Files.delete(folder.resolve("10.54.0.99"));
  }

  /** Ranges that overlap, in both directions at once, until both are full. */
  @Test
  void b13_overlappingRangesUnderOneName_giveNoAddressTwice() {
    List<ObjectNode> configs = new ArrayList<>();
    for (String range : List.of("10.57.0.0/28", "10.57.0.0/27")) {
      ObjectNode config = config("b13-overlap", Stage.hostLocal(range)).put("type", "host-local");
      configs.add(config);
    }
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Solo solo = Solo.of(stage, stage.witness().netns(), "holder" + i, configs.get(i % 2));
      Result result = solo.call().attempt("ADD");
      if (result.ok()) {
        String address = result.json().at("/ips/0/address").asText().replaceAll("/.*", "");
        assertTrue(given.add(address), () -> address + " was given twice");
      }
    }
    assertEquals(29, given.size(), given::toString);
    for (int i = 0; i < 60; i++) {
      Solo.of(stage, stage.witness().netns(), "holder" + i, configs.get(i % 2)).call().run("DEL");
    }
    assertEquals(List.of(), stage.leases("b13-overlap"));
  }

  @Test
  void b13_checkOfOneWithTheLeaseOfTheOther_fails(Netns pod) throws IOException {
    Solo solo = solo(pod, config("b13-check", Stage.hostLocal("10.58.0.0/24")));
    Result added = solo.call().run("ADD");
    Path folder = stage.at("var/lib/cni/networks/b13-check");
    Files.move(folder.resolve("10.58.0.2"), folder.resolve("10.59.0.2"));

    assertRefused(solo.call().after(added).attempt("CHECK"), 106, "10.58.0.2 is not leased to it");

    solo.call().run("DEL");
  }
}
