package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Golden frames: what iproute2 6.1 sends for the command above each, taken with {@code strace -e
 * trace=sendmsg -e write=all}; the sequence number put to 0.
 */
class LinkRequestsTest {
  private static final LinkNamespace FD_4 =
      new LinkNamespace() {
        @Override
        public int fd() {
          return 4;
        }

        @Override
        public Links links() {
          throw new AssertionError("not asked for");
        }
      };

  private static InterfaceName name(String name) {
    return new InterfaceName(name);
  }

  private static MacAddress mac(String mac) {
    return MacAddress.parse(mac);
  }

  /** A link with that index, decoded from a message of a header alone. */
  private static Link parent(int index) {
    return LinkDecoder.decode(
        Frames.message(
            io.myriapod.linux.netlink.NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(index))));
  }

  /**
   * {@code ip link add link v0 name m0 address 02:00:00:00:00:0a mtu 1400 netns X type macvlan mode
   * bridge bcqueuelen 500}
   */
  @Test
  void create_macvlanInNamespace_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Macvlan.on(parent(3), name("m0"), MacvlanMode.BRIDGE)
            .withMac(mac("02:00:00:00:00:0a"))
            .withMtu(1400)
            .withBroadcastQueueLength(500);

    assertEquals(
        """
        70 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 0a 00 00 08 00 04 00
        78 05 00 00 08 00 1c 00 04 00 00 00 08 00 05 00
        03 00 00 00 07 00 03 00 6d 30 00 00 24 00 12 00
        0b 00 01 00 6d 61 63 76 6c 61 6e 00 14 00 02 00
        08 00 07 00 f4 01 00 00 08 00 01 00 04 00 00 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.of(FD_4))));
  }

  /** {@code ip link add link v0 name i0 mtu 1400 netns X type ipvlan mode l3s private} */
  @Test
  void create_ipvlanInNamespace_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Ipvlan.on(parent(2), name("i0"), IpvlanMode.L3S, IpvlanFlag.PRIVATE).withMtu(1400);

    assertEquals(
        """
        64 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        08 00 04 00 78 05 00 00 08 00 1c 00 04 00 00 00
        08 00 05 00 02 00 00 00 07 00 03 00 69 30 00 00
        24 00 12 00 0a 00 01 00 69 70 76 6c 61 6e 00 00
        14 00 02 00 06 00 01 00 02 00 00 00 06 00 02 00
        01 00 00 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.of(FD_4))));
  }

  /**
   * {@code ip link add link v0 name v5 address 02:00:00:00:00:0a mtu 1400 netns X type vlan
   * protocol 802.1ad id 5 egress-qos-map 3:4 5:6 ingress-qos-map 1:2}
   */
  @Test
  void create_vlanInNamespace_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Vlan.on(parent(2), name("v5"), VlanProtocol.DOT1AD, 5)
            .withMac(mac("02:00:00:00:00:0a"))
            .withMtu(1400)
            .withQos(VlanQos.of(Map.of(1, 2), Map.of(3, 4, 5, 6)));

    assertEquals(
        """
        98 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 0a 00 00 08 00 04 00
        78 05 00 00 08 00 1c 00 04 00 00 00 08 00 05 00
        02 00 00 00 07 00 03 00 76 35 00 00 4c 00 12 00
        08 00 01 00 76 6c 61 6e 40 00 02 00 06 00 05 00
        88 a8 00 00 06 00 01 00 05 00 00 00 1c 00 03 00
        0c 00 01 00 03 00 00 00 04 00 00 00 0c 00 01 00
        05 00 00 00 06 00 00 00 10 00 04 00 0c 00 01 00
        01 00 00 00 02 00 00 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.of(FD_4))));
  }

  @Test
  void vlan_idOutsideTheRange_isRefused() {
    for (int id : new int[] {-1, 4095}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> LinkSpec.Vlan.on(parent(2), name("v5"), VlanProtocol.DOT1Q, id));
    }
  }

  /**
   * {@code ip link add ifb9 address 02:00:00:00:00:0a mtu 1400 txqueuelen 0 type ifb}, but for the
   * empty IFLA_INFO_DATA at its end.
   */
  @Test
  void create_ifb_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Ifb.named(name("ifb9"))
            .withMac(mac("02:00:00:00:00:0a"))
            .withMtu(1400)
            .withTxQueueLength(0);

    assertEquals(
        """
        58 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 0a 00 00 08 00 04 00
        78 05 00 00 08 00 0d 00 00 00 00 00 09 00 03 00
        69 66 62 39 00 00 00 00 10 00 12 00 07 00 01 00
        69 66 62 00 04 00 02 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.empty())));
  }

  /**
   * {@code ip link add vn0 address 02:00:00:00:00:01 mtu 1450 type veth peer name eth0 address
   * 02:00:00:00:00:02 mtu 1450 netns X}
   */
  @Test
  void create_vethWithPeerInNamespace_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Veth.pair(name("vn0"), name("eth0"))
            .withMac(mac("02:00:00:00:00:01"))
            .withPeerMac(mac("02:00:00:00:00:02"))
            .withMtu(1450)
            .withPeerIn(FD_4);

    assertEquals(
        """
        88 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 01 00 00 08 00 04 00
        aa 05 00 00 08 00 03 00 76 6e 30 00 4c 00 12 00
        08 00 01 00 76 65 74 68 40 00 02 00 3c 00 01 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 02 00 00 08 00 04 00
        aa 05 00 00 08 00 1c 00 04 00 00 00 09 00 03 00
        65 74 68 30 00 00 00 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.empty())));
  }

  /** {@code ip link add br1 address 02:00:00:00:00:03 mtu 1400 type bridge vlan_filtering 1} */
  @Test
  void create_bridge_equalsIproute2() {
    LinkSpec spec =
        LinkSpec.Bridge.named(name("br1"))
            .withMac(mac("02:00:00:00:00:03"))
            .withMtu(1400)
            .withVlanFiltering(true);

    assertEquals(
        """
        58 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        0a 00 01 00 02 00 00 00 00 03 00 00 08 00 04 00
        78 05 00 00 08 00 03 00 62 72 31 00 1c 00 12 00
        0a 00 01 00 62 72 69 64 67 65 00 00 0c 00 02 00
        05 00 07 00 01 00 00 00
        """,
        Frames.acknowledged(LinkRequests.create(spec, Optional.empty())));
  }

  /** {@code ip link set v0 up} */
  @Test
  void flags_up_equalsIproute2() {
    assertEquals(
        """
        20 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 01 00 00 00 01 00 00 00
        """,
        Frames.acknowledged(LinkRequests.flags(3, Ifla.IFF_UP, true)));
  }

  /** {@code ip link set v0 allmulticast on} */
  @Test
  void flags_allMulticast_equalsIproute2() {
    assertEquals(
        """
        20 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 02 00 00 00 02 00 00
        """,
        Frames.acknowledged(LinkRequests.flags(3, Ifla.IFF_ALLMULTI, true)));
  }

  /** {@code ip link set v1 type bridge_slave hairpin on} */
  @Test
  void bridgePort_hairpin_equalsIproute2() {
    assertEquals(
        """
        40 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        20 00 12 00 10 00 01 00 62 72 69 64 67 65 5f 73
        6c 61 76 65 0c 00 05 00 05 00 04 00 01 00 00 00
        """,
        Frames.acknowledged(LinkRequests.bridgePort(2, Ifla.PORT_HAIRPIN, true)));
  }

  /** {@code bridge vlan add dev v1 vid 100 pvid untagged}, which sends no NLM_F_ACK flag less */
  @Test
  void portVlan_added_equalsBridgeCommand() {
    assertEquals(
        """
        2c 00 00 00 13 00 05 00 00 00 00 00 00 00 00 00
        07 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        0c 00 1a 00 08 00 02 00 06 00 64 00
        """,
        Frames.acknowledged(LinkRequests.portVlan(Netlink.RTM_SETLINK, 2, 100, true)));
  }

  /** {@code bridge vlan del dev v1 vid 100} */
  @Test
  void portVlan_removed_equalsBridgeCommand() {
    assertEquals(
        """
        2c 00 00 00 11 00 05 00 00 00 00 00 00 00 00 00
        07 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        0c 00 1a 00 08 00 02 00 00 00 64 00
        """,
        Frames.acknowledged(LinkRequests.portVlan(Netlink.RTM_DELLINK, 2, 100, false)));
  }

  /** {@code ip link property add dev v0 altname a-very-long-alternative-name} */
  @Test
  void altName_added_equalsIproute2() {
    assertEquals(
        """
        48 00 00 00 6c 00 05 0e 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
        28 00 34 80 21 00 35 00 61 2d 76 65 72 79 2d 6c
        6f 6e 67 2d 61 6c 74 65 72 6e 61 74 69 76 65 2d
        6e 61 6d 65 00 00 00 00
        """,
        Frames.acknowledged(
            LinkRequests.altName(Netlink.RTM_NEWLINKPROP, 3, "a-very-long-alternative-name")));
  }

  /** {@code ip link set v0 netns X name net7} */
  @Test
  void change_namespaceAndName_equalsIproute2() {
    assertEquals(
        """
        34 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
        08 00 1c 00 04 00 00 00 09 00 03 00 6e 65 74 37
        00 00 00 00
        """,
        Frames.acknowledged(
            LinkRequests.change(3).u32(Ifla.NET_NS_FD, 4).string(Ifla.IFNAME, "net7")));
  }

  /** {@code ip link del group 5} */
  @Test
  void deleteGroup_equalsIproute2() {
    assertEquals(
        """
        28 00 00 00 11 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        08 00 1b 00 05 00 00 00
        """,
        Frames.acknowledged(LinkRequests.deleteGroup(5)));
  }

  @Test
  void deleteGroup_zero_isRefused() {
    assertEquals(
        "delete link group 0: every link is in it by default",
        assertThrows(IllegalArgumentException.class, () -> LinkRequests.deleteGroup(0))
            .getMessage());
  }
}
