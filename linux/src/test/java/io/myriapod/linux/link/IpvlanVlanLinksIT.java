package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kinds that not every kernel has: as the kernel takes the requests, seen by iproute2. */
@InNamespaces(kinds = {"veth", "ipvlan", "macvlan", "vlan"})
class IpvlanVlanLinksIT {
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

  private LinkSpec.Ipvlan ipvlan(String name, IpvlanMode mode, IpvlanFlag flag) {
    return LinkSpec.Ipvlan.on(parent, name(name), mode, flag);
  }

  @Test
  void createIn_ipvlan_hasModeFlagMtuAndTheParentsMac(Netns node, Netns pod) {
    Link made =
        links.createIn(
            podNamespace, ipvlan("net1", IpvlanMode.L3S, IpvlanFlag.PRIVATE).withMtu(1400));

    JsonNode seen = pod.link("net1");
    assertEquals("ipvlan", seen.at("/linkinfo/info_kind").asText());
    assertEquals("l3s", seen.at("/linkinfo/info_data/mode").asText());
    assertEquals(1400, seen.path("mtu").asInt());
    assertEquals(node.link("parent0").get("address"), seen.get("address"));
    assertEquals(
        new LinkDetails.Ipvlan(Optional.of(IpvlanMode.L3S), Optional.of(IpvlanFlag.PRIVATE)),
        made.details());
  }

  /**
   * The kernel keeps mode and flag per parent: "latest update overrides" (ipvlan_link_new in
   * drivers/net/ipvlan/ipvlan_main.c; seen on 6.1 and 6.12).
   */
  @Test
  void createIn_secondIpvlanOfAnotherMode_changesTheFirst(Netns pod) {
    Link first = links.createIn(podNamespace, ipvlan("net1", IpvlanMode.L2, IpvlanFlag.BRIDGE));

    links.createIn(podNamespace, ipvlan("net2", IpvlanMode.L3, IpvlanFlag.VEPA));

    assertEquals("l3", pod.link("net1").at("/linkinfo/info_data/mode").asText());
    assertEquals(
        new LinkDetails.Ipvlan(Optional.of(IpvlanMode.L3), Optional.of(IpvlanFlag.VEPA)),
        podNamespace.links().find(first.index()).orElseThrow().details());
  }

  @Test
  void createIn_ipvlanBesideMacvlan_isBusyBothWays() {
    links.create(LinkSpec.Macvlan.on(parent, name("m0"), MacvlanMode.BRIDGE));
    LinkSpec second = ipvlan("net1", IpvlanMode.L2, IpvlanFlag.BRIDGE);

    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> links.createIn(podNamespace, second));
    assertTrue(refused.is(Errno.EBUSY), refused::getMessage);

    links.delete(links.require("m0"));
    links.createIn(podNamespace, second);
    LinkSpec macvlan = LinkSpec.Macvlan.on(parent, name("m0"), MacvlanMode.BRIDGE);
    assertTrue(assertThrows(ErrnoException.class, () -> links.create(macvlan)).is(Errno.EBUSY));
  }

  @Test
  void createIn_vlan_hasEverythingAsked(Netns pod) {
    VlanQos qos = VlanQos.of(Map.of(1, 2), Map.of(3, 4, 5, 6));
    Link made =
        links.createIn(
            podNamespace,
            LinkSpec.Vlan.on(parent, name("net1"), VlanProtocol.DOT1AD, 5)
                .withMtu(1400)
                .withQos(qos));

    JsonNode data = pod.link("net1").at("/linkinfo/info_data");
    assertEquals("802.1ad", data.path("protocol").asText());
    assertEquals(5, data.path("id").asInt());
    assertEquals("[{\"from\":1,\"to\":2}]", data.path("ingress_qos").toString());
    assertEquals(
        "[{\"from\":3,\"to\":4},{\"from\":5,\"to\":6}]", data.path("egress_qos").toString());
    assertEquals(1400, pod.link("net1").path("mtu").asInt());
    assertEquals(new LinkDetails.Vlan(5, Optional.of(VlanProtocol.DOT1AD), qos), made.details());
    assertEquals(Optional.of(parent.index()), made.parentIndex());
  }

  @Test
  void createIn_vlanTwiceOnOneParent_existsInWhicheverNamespace() {
    links.createIn(podNamespace, LinkSpec.Vlan.on(parent, name("net1"), VlanProtocol.DOT1Q, 5));

    ErrnoException refused =
        assertThrows(
            ErrnoException.class,
            () -> links.create(LinkSpec.Vlan.on(parent, name("v5"), VlanProtocol.DOT1Q, 5)));

    assertEquals(
        "create vlan \"v5\" on \"parent0\": EEXIST; kernel: \"VLAN device already exists\"",
        refused.getMessage().replace("8021q: ", ""));
    links.create(LinkSpec.Vlan.on(parent, name("v5"), VlanProtocol.DOT1AD, 5));
  }
}
