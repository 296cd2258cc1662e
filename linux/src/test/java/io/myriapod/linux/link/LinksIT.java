package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every request as the kernel takes it, looked at by iproute2. */
@InNamespaces(kinds = {"veth", "bridge", "macvlan"})
class LinksIT {
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:0a");

  private NetworkNamespace nodeNamespace;
  private NetworkNamespace podNamespace;
  private Links links;
  private Link parent;

  @BeforeEach
  void open(Netns node, Netns pod) {
    nodeNamespace = NetworkNamespace.open(node.path());
    podNamespace = NetworkNamespace.open(pod.path());
    links = nodeNamespace.links();
    node.run("ip link add parent0 type veth peer name far0");
    parent = links.require("parent0");
  }

  @AfterEach
  void close() {
    nodeNamespace.close();
    podNamespace.close();
  }

  private static InterfaceName name(String name) {
    return new InterfaceName(name);
  }

  private LinkSpec.Macvlan macvlan(String name) {
    return LinkSpec.Macvlan.on(parent, name(name), MacvlanMode.BRIDGE);
  }

  @Test
  void createIn_macvlan_isInTheTargetUnderItsFinalName(Netns pod) {
    Link made =
        links.createIn(
            podNamespace,
            LinkSpec.Macvlan.on(parent, name("net1"), MacvlanMode.PRIVATE)
                .withMac(MAC)
                .withMtu(1400)
                .withBroadcastQueueLength(500));

    JsonNode seen = pod.link("net1");
    assertEquals(made.index(), seen.path("ifindex").asInt());
    assertEquals("02:00:00:00:00:0a", seen.path("address").asText());
    assertEquals(1400, seen.path("mtu").asInt());
    assertEquals("macvlan", seen.at("/linkinfo/info_kind").asText());
    assertEquals("private", seen.at("/linkinfo/info_data/mode").asText());
    assertEquals(500, seen.at("/linkinfo/info_data/bcqueuelen").asInt());
    assertEquals(Optional.of(MacvlanMode.PRIVATE), made.macvlanMode());
    assertEquals(Optional.of(MAC), made.mac());
    assertEquals(Optional.of(parent.index()), made.parentIndex());
    assertFalse(made.isUp());
  }

  @Test
  void createIn_nameTakenInTarget_saysExists(Netns pod) {
    pod.run("ip link add net1 type bridge");

    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> links.createIn(podNamespace, macvlan("net1")));

    assertEquals("create macvlan \"net1\" on \"parent0\": EEXIST", refused.getMessage());
    assertEquals("bridge", pod.link("net1").at("/linkinfo/info_kind").asText());
  }

  @Test
  void counters_ofLink_areThoseThatIpShows(Netns node) {
    node.run("ip link set lo up && ping -c 3 -i 0.01 127.0.0.1");

    Counters counters = links.counters("lo").orElseThrow();

    JsonNode shown = node.ip("-s link show lo").at("/0/stats64");
    assertEquals(shown.at("/rx/bytes").asLong(), counters.receivedBytes());
    assertEquals(shown.at("/rx/packets").asLong(), counters.receivedPackets());
    assertEquals(shown.at("/tx/bytes").asLong(), counters.sentBytes());
    assertEquals(shown.at("/tx/packets").asLong(), counters.sentPackets());
    assertTrue(counters.receivedPackets() >= 6, counters.toString());
    assertEquals(Optional.empty(), links.counters("none"));
  }

  @Test
  void create_parentGone_leavesNothing(Netns node) {
    links.delete(parent);

    assertTrue(
        assertThrows(ErrnoException.class, () -> links.create(macvlan("net1"))).is(Errno.ENODEV));
    assertFalse(node.hasLink("net1"));
  }

  @Test
  void create_vethWithPeerInPod_placesBothEnds(Netns node, Netns pod) {
    links.create(
        LinkSpec.Veth.pair(name("veth1"), name("eth0"))
            .withMac(MAC)
            .withPeerMac(MacAddress.parse("02:00:00:00:00:0b"))
            .withMtu(1450)
            .withPeerIn(podNamespace));

    assertEquals("02:00:00:00:00:0a", node.link("veth1").path("address").asText());
    assertEquals("02:00:00:00:00:0b", pod.link("eth0").path("address").asText());
    assertEquals(1450, node.link("veth1").path("mtu").asInt());
    assertEquals(1450, pod.link("eth0").path("mtu").asInt());
  }

  @Test
  void create_bridgeWithMac_keepsItWhenAPortComes(Netns node) {
    Link bridge = links.create(LinkSpec.Bridge.named(name("br0")).withMac(MAC));

    links.setMaster(parent, bridge);

    assertEquals("02:00:00:00:00:0a", node.link("br0").path("address").asText());
    assertEquals("br0", node.link("parent0").path("master").asText());
    assertTrue(bridge.details() instanceof LinkDetails.Bridge details && !details.vlanFiltering());
  }

  @Test
  void create_bridgeWithMtu_followsItsPortsUntilItIsSet(Netns node) {
    Link bridge = links.create(LinkSpec.Bridge.named(name("br0")).withMtu(1400));
    assertEquals(1400, bridge.mtu());

    links.setMaster(parent, bridge);
    assertEquals(1500, node.link("br0").path("mtu").asInt());

    links.setMtu(bridge, 1300);
    links.setMtu(parent, 1450);
    assertEquals(1300, node.link("br0").path("mtu").asInt());
  }

  @Test
  void setHairpinAndIsolated_onPort_areSeen(Netns node) {
    Link bridge = links.create(LinkSpec.Bridge.named(name("br0")));
    links.setMaster(parent, bridge);

    links.setHairpin(parent, true);
    links.setIsolated(parent, true);

    JsonNode port = node.link("parent0").at("/linkinfo/info_slave_data");
    assertTrue(port.path("hairpin").asBoolean());
    assertTrue(port.path("isolated").asBoolean());
    assertEquals(
        Optional.of(new BridgePort(true, true, true)), links.require("parent0").bridgePort());
  }

  @Test
  void noMaster_ofPort_takesItOut(Netns node) {
    links.setMaster(parent, links.create(LinkSpec.Bridge.named(name("br0"))));

    links.noMaster(parent);

    assertFalse(node.link("parent0").has("master"));
    assertEquals(Optional.empty(), links.require("parent0").masterIndex());
  }

  @Test
  void setters_all_areSeen(Netns node) {
    links.setUp(parent);
    links.setMtu(parent, 1300);
    links.setMac(parent, MAC);
    links.setPromiscuous(parent, true);
    links.setAllMulticast(parent, true);
    links.setTxQueueLength(parent, 77);
    links.setAlias(parent, "uplink of rack 7");
    links.setGroup(parent, 9);

    JsonNode seen = node.link("parent0");
    List<String> flags = List.of("UP", "PROMISC", "ALLMULTI");
    flags.forEach(flag -> assertTrue(seen.path("flags").toString().contains('"' + flag + '"')));
    assertEquals(1300, seen.path("mtu").asInt());
    assertEquals("02:00:00:00:00:0a", seen.path("address").asText());
    assertEquals(77, seen.path("txqlen").asInt());
    assertEquals("uplink of rack 7", seen.path("ifalias").asText());
    Link read = links.require("parent0");
    assertTrue(read.isUp() && read.isPromiscuous() && read.isAllMulticast());
    assertEquals(9, read.group());
    assertEquals("uplink of rack 7", read.alias());
    assertEquals(77, read.txQueueLength());
    assertEquals(1, read.promiscuity());
  }

  @Test
  void setDown_clearsFlagsOnlyAsAsked() {
    links.setUp(parent);
    links.setPromiscuous(parent, true);

    links.setDown(parent);

    Link read = links.require("parent0");
    assertFalse(read.isUp());
    assertTrue(read.isPromiscuous());
  }

  @Test
  void addAltName_long_isFoundByIt(Netns node) {
    String longName = "uplink-of-rack-seven-in-hall-three";
    links.addAltName(parent, longName);
    links.addAltName(parent, "short0");

    assertEquals(parent.index(), links.require(longName).index());
    assertEquals(parent.index(), links.require("short0").index());
    assertEquals(longName, node.link("parent0").path("altnames").get(0).asText());

    links.removeAltName(parent, longName);

    assertEquals(Optional.empty(), links.find(longName));
    assertEquals(List.of("short0"), links.require("parent0").altNames());
  }

  @Test
  void rename_toFreeName_keepsIndex(Netns node) {
    links.rename(parent, name("renamed0"));

    assertEquals(parent.index(), links.require("renamed0").index());
    assertFalse(node.hasLink("parent0"));
  }

  @Test
  void move_nameOfSourceTakenInTarget_arrivesUnderTheNewName(Netns node, Netns pod) {
    pod.run("ip link add parent0 type bridge");

    Link moved = links.move(parent, podNamespace, Arrival.as(name("net1")));

    assertEquals("net1", moved.name());
    assertEquals("veth", pod.link("net1").at("/linkinfo/info_kind").asText());
    assertFalse(node.hasLink("parent0"));
  }

  @Test
  void withMac_parentAndItsMacvlan_findsByAddress() {
    links.create(macvlan("m0").withMac(MAC));

    assertEquals(List.of("m0"), links.withMac(MAC).stream().map(Link::name).toList());
  }

  @Test
  void find_unknown_isEmpty() {
    assertEquals(Optional.empty(), links.find("nothing0"));
    assertEquals(Optional.empty(), links.find("nothing-with-a-name-beyond-15-bytes"));
    assertEquals(Optional.empty(), links.find(4711));
    assertEquals(Optional.empty(), links.find(""));
    assertEquals(Optional.empty(), links.find("x".repeat(127)));
    assertEquals(Optional.empty(), links.find("x".repeat(128)));
    assertEquals(Optional.empty(), links.find("parent0\0x"));
    assertEquals(
        "find link \"nothing0\": ENODEV",
        assertThrows(ErrnoException.class, () -> links.require("nothing0")).getMessage());
  }

  @Test
  void list_moreThanOneDatagram_givesAll(Netns node) {
    node.run("for i in $(seq 60); do ip link add b$i type bridge; done");

    assertEquals(63, links.list().size());
  }

  @Test
  void refusal_withKernelText_keepsIt() {
    Link bridge = links.create(LinkSpec.Bridge.named(name("br0")));
    Link other = links.create(LinkSpec.Bridge.named(name("br1")));

    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> links.setMaster(other, bridge));

    assertEquals(
        "make link \"br1\" a port of \"br0\": ELOOP; kernel: \"Can not enslave a bridge to a bridge\"",
        refused.getMessage());
  }

  @Test
  void deleteTogether_severalLinks_leavesTheOthers(Netns pod) {
    for (int i = 1; i <= 8; i++) {
      links.createIn(podNamespace, macvlan("net" + i));
    }
    pod.run("ip link add foreign0 type bridge");
    List<Link> ours =
        podNamespace.links().list().stream().filter(link -> link.isKind("macvlan")).toList();

    assertEquals(Map.of(), podNamespace.links().deleteTogether(ours));

    assertEquals(
        List.of("lo", "foreign0"), podNamespace.links().list().stream().map(Link::name).toList());
    assertEquals(0, podNamespace.links().require("foreign0").group());
  }

  @Test
  void deleteTogether_bothEndsOfAPair_isDone(Netns pod) {
    pod.run("ip link add a0 type veth peer name b0");
    Links inPod = podNamespace.links();

    assertEquals(Map.of(), inPod.deleteTogether(List.of(inPod.require("a0"), inPod.require("b0"))));

    assertFalse(pod.hasLink("a0"));
  }

  @Test
  void deleteTogether_oneThatCannotBeDeleted_deletesTheOthersAndTellsWhy(Netns pod) {
    pod.run("ip link add a0 type veth peer name b0; ip link add br0 type bridge");
    Links inPod = podNamespace.links();
    Link lo = inPod.require("lo");

    Map<Link, ErrnoException> left =
        inPod.deleteTogether(List.of(lo, inPod.require("a0"), inPod.require("br0")));

    assertEquals(List.of(lo), List.copyOf(left.keySet()));
    assertTrue(left.get(lo).is(Errno.EOPNOTSUPP), left.get(lo).getMessage());
    assertFalse(pod.hasLink("a0"));
    assertFalse(pod.hasLink("br0"));
    assertEquals(0, inPod.require("lo").group());
  }

  @Test
  void deleteTogether_alreadyGone_countsAsDone(Netns pod) {
    pod.run("ip link add a0 type bridge; ip link add a1 type bridge");
    Links inPod = podNamespace.links();
    List<Link> both = List.of(inPod.require("a0"), inPod.require("a1"));
    pod.run("ip link del a0; ip link del a1");

    assertEquals(Map.of(), inPod.deleteTogether(both));
  }
}
