package io.myriapod.linux.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = {"veth", "bridge"})
class UplinkIT {
  private static Node machine(Netns node) {
    return new Node(Path.of("/"), Optional.of(node.path()));
  }

  private static boolean includes(Netns node, String name) {
    try (NetworkNamespace host = machine(node).openHost()) {
      return machine(node).uplink().includes(host.links().require(name));
    }
  }

  @Test
  void link_withoutDefaultRoute_isEmpty(Netns node) {
    assertEquals(Optional.empty(), machine(node).uplink().link());
    assertFalse(includes(node, "lo"));
  }

  @Test
  void includes_portOfTheBridgeWithTheDefaultRoute_butNotItsPeer(Netns node) {
    node.run(
        "ip link add port0 type veth peer name far0; ip link add br0 type bridge;"
            + " ip link set port0 master br0; ip link set port0 up; ip link set far0 up;"
            + " ip link set br0 up; ip address add 10.1.2.3/24 dev br0;"
            + " ip route add default via 10.1.2.1");

    assertEquals(Optional.of("br0"), machine(node).uplink().link().map(Link::name));
    assertTrue(includes(node, "br0"));
    assertTrue(includes(node, "port0"));
    assertFalse(includes(node, "far0"));
  }

  @Test
  void includes_linkOfIpv6DefaultRoute(Netns node) {
    node.run(
        "ip link add a0 type veth peer name a1; ip link set a0 up; ip link set a1 up;"
            + " ip -6 address add fd00::3/64 dev a0 nodad; ip -6 route add default via fd00::1");

    assertTrue(includes(node, "a0"));
  }
}
