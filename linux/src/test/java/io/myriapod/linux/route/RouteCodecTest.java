package io.myriapod.linux.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Golden frames of iproute2 6.1, taken as those of LinkRequestsTest. */
class RouteCodecTest {
  private static RouteEntry to(String destination) {
    return RouteEntry.to(IpPrefix.parse(destination));
  }

  private static NetlinkRequest add(RouteEntry route) {
    return RouteCodec.write(Netlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, route);
  }

  private static RouteEntry multiPath(RouteEntry route, List<NextHop> hops) {
    return new RouteEntry(
        route.destination(),
        route.gateway(),
        route.linkIndex(),
        route.table(),
        route.scope(),
        route.type(),
        route.protocol(),
        route.priority(),
        route.mtu(),
        route.advmss(),
        route.source(),
        route.onLink(),
        hops);
  }

  private static NextHop hop(String gateway, int weight) {
    return new NextHop(Optional.of(IpAddresses.parse(gateway)), 3, weight, true);
  }

  /**
   * {@code ip route add 10.9.0.0/16 via 10.1.2.1 dev v0 table 1000 mtu 1400 advmss 1360 metric 77
   * onlink}
   */
  @Test
  void write_everything_equalsIproute2() {
    RouteEntry route =
        to("10.9.0.0/16")
            .withGateway(IpAddresses.parse("10.1.2.1"))
            .withLink(3)
            .withTable(1000)
            .withMtu(1400)
            .withAdvmss(1360)
            .withPriority(77)
            .withOnLink();

    assertEquals(
        """
        58 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
        02 10 00 00 00 03 00 01 04 00 00 00 08 00 01 00
        0a 09 00 00 08 00 05 00 0a 01 02 01 08 00 0f 00
        e8 03 00 00 08 00 06 00 4d 00 00 00 08 00 04 00
        03 00 00 00 14 00 08 00 08 00 02 00 78 05 00 00
        08 00 08 00 50 05 00 00
        """,
        Frames.acknowledged(add(route)));
  }

  /** {@code ip route add 10.8.0.0/16 dev v0}: scope link */
  @Test
  void write_ipv4WithoutGateway_hasScopeLinkAsIproute2() {
    assertEquals(
        """
        2c 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
        02 10 00 00 fe 03 fd 01 00 00 00 00 08 00 01 00
        0a 08 00 00 08 00 04 00 03 00 00 00
        """,
        Frames.acknowledged(add(to("10.8.0.0/16").withLink(3))));
  }

  /** {@code ip route add default via fd00::1 dev v0 onlink} */
  @Test
  void write_defaultOfIpv6_equalsIproute2() {
    RouteEntry route =
        to("::/0").withGateway(IpAddresses.parse("fd00::1")).withLink(3).withOnLink();

    assertEquals(
        """
        38 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
        0a 00 00 00 fe 03 00 01 04 00 00 00 14 00 05 00
        fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01
        08 00 04 00 03 00 00 00
        """,
        Frames.acknowledged(add(route)));
  }

  /** {@code ip route add 10.6.0.0/16 via inet6 fe80::1 dev v0 onlink} */
  @Test
  void write_ipv4ViaIpv6_equalsIproute2() {
    RouteEntry route =
        to("10.6.0.0/16").withGateway(IpAddresses.parse("fe80::1")).withLink(3).withOnLink();

    assertEquals(
        """
        44 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
        02 10 00 00 fe 03 00 01 04 00 00 00 08 00 01 00
        0a 06 00 00 16 00 12 00 0a 00 fe 80 00 00 00 00
        00 00 00 00 00 00 00 00 00 01 00 00 08 00 04 00
        03 00 00 00
        """,
        Frames.acknowledged(add(route)));
  }

  /**
   * {@code ip route add 10.7.0.0/16 nexthop via 10.1.2.1 dev v0 onlink nexthop via 10.1.2.2 dev v0
   * weight 3 onlink}
   */
  @Test
  void write_severalWays_equalsIproute2() {
    RouteEntry route =
        multiPath(to("10.7.0.0/16"), List.of(hop("10.1.2.1", 1), hop("10.1.2.2", 3)));

    assertEquals(
        """
        48 00 00 00 18 00 05 06 00 00 00 00 00 00 00 00
        02 10 00 00 fe 03 00 01 00 00 00 00 08 00 01 00
        0a 07 00 00 24 00 09 00 10 00 04 00 03 00 00 00
        08 00 05 00 0a 01 02 01 10 00 04 02 03 00 00 00
        08 00 05 00 0a 01 02 02
        """,
        Frames.acknowledged(add(route)));
  }

  /** {@code ip route del 10.8.0.0/16}: any scope, any protocol; iproute2 leaves the type open */
  @Test
  void write_deletion_matchesAnyScopeAndProtocol() {
    assertEquals(
        """
        24 00 00 00 19 00 05 00 00 00 00 00 00 00 00 00
        02 10 00 00 fe 00 ff 01 00 00 00 00 08 00 01 00
        0a 08 00 00
        """,
        Frames.acknowledged(RouteCodec.write(Netlink.RTM_DELROUTE, 0, to("10.8.0.0/16"))));
  }

  @Test
  void decode_whatWasWritten_isTheSame() {
    RouteEntry route =
        multiPath(
            to("10.9.0.0/16").withTable(1000).withMtu(1400).withPriority(7).withScope(0),
            List.of(hop("10.1.2.1", 1), hop("10.1.2.2", 3)));

    assertEquals(Optional.of(route), RouteCodec.decode(Frames.message(add(route))));
  }

  @Test
  void decode_ipv4ViaIpv6_hasTheGateway() {
    RouteEntry route =
        to("10.6.0.0/16").withGateway(IpAddresses.parse("fe80::1")).withLink(3).withScope(0);

    assertEquals(Optional.of(route), RouteCodec.decode(Frames.message(add(route))));
  }

  @Test
  void to_addressWithHostBits_clearsThem() {
    assertEquals("10.9.0.0/16", to("10.9.8.7/16").destination().toString());
  }
}
