package io.myriapod.deviceplugin.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the node does with its interfaces, as the kernel tells; a veth stands for a function's. */
@InNamespaces(kinds = {"veth", "macvlan", "bridge"})
class KernelViewIT {
  private static final String CARD = "0000:01:00.0";

  @TempDir Path root;
  private Discovery discovery;

  @BeforeEach
  void wire(Netns node) {
    node.sysctl("net/ipv6/conf/default/accept_dad", "0"); // nothing to wait for
    node.run("ip link add eno1 type veth peer name far0");
    node.run("ip link set eno1 up; ip link set far0 up");
    node.settle();
    FakeSysfs sysfs = new FakeSysfs(root.resolve("sys"));
    new FakeCards(sysfs).function(CARD, "8086", "1533", "igb").link(CARD, "eno1");
    discovery =
        Discovery.of(new Node(Path.of("/"), Optional.of(node.path())), new Sysfs(sysfs.root()));
  }

  private NodeDevice card() {
    return discovery.read().get(0);
  }

  /** With the link-local address that the kernel gave it, and the routes of that. */
  @Test
  void read_interfaceThatIsOnlyUp_isNotUsed() {
    assertEquals(List.of("eno1"), card().linkNames());
    assertEquals(Optional.empty(), card().usedByNode());
    assertEquals(Optional.of(true), card().carrier());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ip address add 10.1.0.1/24 dev eno1           | has address 10.1.0.1/24, as "eno1"
          ip address add fd00::1/64 dev eno1 nodad      | has address fd00::1/64, as "eno1"
          ip route add 10.9.0.0/16 dev eno1             | has a route to 10.9.0.0/16, as "eno1"
          ip -6 route add fd09::/48 dev eno1            | has a route to fd09::/48, as "eno1"
          ip route add 10.9.0.0/16 dev eno1 table 77    | has a route to 10.9.0.0/16, as "eno1"
          ip route add default dev eno1                 | carries the node's default route, as "eno1"
          ip -6 route add default dev eno1              | carries the node's default route, as "eno1"
          ip link add m0 link eno1 type macvlan         | carries macvlan "m0" of the node
          """)
  void read_interfaceThatTheNodeUses_saysForWhat(String command, String finding, Netns node) {
    node.run(command);

    assertEquals(Optional.of(finding), card().usedByNode());
  }

  @Test
  void read_portOfABridge_saysSo(Netns node) {
    node.run("ip link add br0 type bridge");
    node.run("ip link set eno1 master br0");

    assertEquals(Optional.of("is a port of bridge br0"), card().usedByNode());
  }

  @Test
  void read_defaultRouteOfALinkAbove_isCarriedByTheInterface(Netns node) {
    node.run("ip link add m0 link eno1 type macvlan; ip link add br0 type bridge");
    node.run("ip link set m0 master br0; ip link set m0 up; ip link set br0 up");
    node.run("ip route add default dev br0");

    assertEquals(Optional.of("carries the node's default route, as \"eno1\""), card().usedByNode());
  }

  @Test
  void read_useThatHasEnded_isNone(Netns node) {
    node.run("ip address add 10.1.0.1/24 dev eno1; ip link add m0 link eno1 type macvlan");
    node.run("ip address del 10.1.0.1/24 dev eno1; ip link del m0");

    assertEquals(Optional.empty(), card().usedByNode());
  }

  @Test
  void read_interfaceInAPod_isNotHere(Netns node, Netns pod) {
    node.run("ip", "link", "set", "eno1", "netns", pod.name());
    pod.run("ip address add 10.1.0.1/24 dev eno1");

    assertEquals(List.of(), card().linkNames());
    assertEquals(Optional.empty(), card().usedByNode());
    assertEquals(Optional.empty(), card().carrier());
  }

  @Test
  void read_cableThatIsPulled_isNoCarrier(Netns node) {
    node.run("ip link set far0 down");

    assertEquals(Optional.of(false), card().carrier());
  }

  @Test
  void read_interfaceThatIsSetDown_hasNoCarrierToTell(Netns node) {
    node.run("ip link set eno1 down");

    assertEquals(Optional.empty(), card().carrier());
  }
}
