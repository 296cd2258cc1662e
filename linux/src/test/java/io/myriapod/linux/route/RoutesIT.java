package io.myriapod.linux.route;

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
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = "veth")
class RoutesIT {
  private NetworkNamespace namespace;
  private Routes routes;
  private int index;

  @BeforeEach
  void open(Netns pod) {
    pod.run(
        "ip link add net1 type veth peer name far1; ip link set far1 up; ip link set net1 up;"
            + " ip address add 10.1.2.3/24 dev net1; ip address add fd00::3/64 dev net1 nodad");
    namespace = NetworkNamespace.open(pod.path());
    routes = namespace.routes();
    index = namespace.links().require("net1").index();
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  private RouteEntry to(String destination, String gateway) {
    return RouteEntry.to(IpPrefix.parse(destination))
        .withGateway(IpAddresses.parse(gateway))
        .withLink(index);
  }

  private Optional<RouteEntry> read(String destination) {
    return routes.listAll().stream()
        .filter(route -> route.destination().equals(IpPrefix.parse(destination)))
        .findFirst();
  }

  @Test
  void add_withMetricsAndPriority_isSeen(Netns pod) {
    routes.add(to("10.9.0.0/16", "10.1.2.1").withMtu(1400).withAdvmss(1360).withPriority(77));

    JsonNode seen = pod.ip("route show 10.9.0.0/16").get(0);
    assertEquals("10.1.2.1", seen.path("gateway").asText());
    assertEquals(77, seen.path("metric").asInt());
    JsonNode metrics = seen.path("metrics").get(0);
    assertEquals(1400, metrics.path("mtu").asInt(), seen::toString);
    assertEquals(1360, metrics.path("advmss").asInt(), seen::toString);
    RouteEntry read = read("10.9.0.0/16").orElseThrow();
    assertEquals(Optional.of(1400), read.mtu());
    assertEquals(Optional.of(1360), read.advmss());
    assertEquals(Optional.of(77), read.priority());
  }

  @Test
  void add_ipv4WithoutGateway_hasScopeLink(Netns pod) {
    routes.add(RouteEntry.to(IpPrefix.parse("10.8.0.0/16")).withLink(index));

    assertEquals("link", pod.ip("route show 10.8.0.0/16").get(0).path("scope").asText());
  }

  @Test
  void add_inTableBeyond255_isThereAlone(Netns pod) {
    routes.add(to("10.9.0.0/16", "10.1.2.1").withTable(1000));

    assertEquals(1, pod.ip("route show table 1000").size());
    assertEquals(1, routes.list(1000).size());
    assertEquals(List.of(), routes.list(1001));
    assertTrue(routes.list().stream().noneMatch(route -> route.table() == 1000));
  }

  @Test
  void listAll_moreThanAreHeld_isRefused_butTheWantedOnesAreFound(Netns pod) {
    pod.run(
        "seq 1 9000 | sed 's/.*/route add 10.7.0.0\\/16 dev net1 metric & table 7/' | ip -batch -");
    routes.add(to("10.9.0.0/16", "10.1.2.1"));

    ErrnoException e = assertThrows(ErrnoException.class, routes::listAll);

    assertTrue(e.is(Errno.ENOBUFS), e::getMessage);
    IpPrefix wanted = IpPrefix.parse("10.9.0.0/16");
    assertEquals(1, routes.listAll(route -> route.destination().equals(wanted)).size());
  }

  @Test
  void add_gatewayOffLink_needsOnLink() {
    RouteEntry route = to("10.9.0.0/16", "192.0.2.1");

    ErrnoException refused = assertThrows(ErrnoException.class, () -> routes.add(route));

    assertEquals(
        "add route 10.9.0.0/16 via 192.0.2.1 on link %d: ENETUNREACH; kernel: \"Nexthop has invalid gateway\""
            .formatted(index),
        refused.getMessage());
    routes.add(route.withOnLink());
    assertTrue(read("10.9.0.0/16").orElseThrow().onLink());
  }

  @Test
  void add_second_saysExists_appendStaysBehindTheFirst(Netns pod) {
    routes.add(to("10.9.0.0/16", "10.1.2.1"));
    RouteEntry second = to("10.9.0.0/16", "10.1.2.2");

    assertTrue(assertThrows(ErrnoException.class, () -> routes.add(second)).is(Errno.EEXIST));
    routes.append(second);

    JsonNode seen = pod.ip("route show 10.9.0.0/16");
    assertEquals(2, seen.size(), seen::toString);
    assertEquals("10.1.2.1", seen.get(0).path("gateway").asText());
  }

  @Test
  void append_ipv6_isOneRouteOfTwoWays() {
    routes.add(to("fd09::/64", "fd00::1"));
    routes.append(to("fd09::/64", "fd00::2"));

    RouteEntry read = read("fd09::/64").orElseThrow();
    assertEquals(
        List.of("fd00::1", "fd00::2"),
        read.nextHops().stream()
            .map(hop -> IpAddresses.format(hop.gateway().orElseThrow()))
            .toList());
    assertTrue(read.leavesBy(index));
  }

  @Test
  void replace_gateway_leavesOne(Netns pod) {
    routes.add(to("10.9.0.0/16", "10.1.2.1"));

    routes.replace(to("10.9.0.0/16", "10.1.2.2"));

    JsonNode seen = pod.ip("route show 10.9.0.0/16");
    assertEquals(1, seen.size());
    assertEquals("10.1.2.2", seen.get(0).path("gateway").asText());
  }

  @Test
  void add_ipv4ViaIpv6_isSeen(Netns pod) {
    routes.add(to("10.9.0.0/16", "fd00::1"));

    assertEquals("fd00::1", pod.ip("route show 10.9.0.0/16").get(0).at("/via/host").asText());
  }

  @Test
  void defaultRoutes_ofBothFamilies_areSortedByFamilyAndPriority() {
    routes.add(to("::/0", "fd00::1"));
    routes.add(to("0.0.0.0/0", "10.1.2.1").withPriority(200));
    routes.add(to("0.0.0.0/0", "10.1.2.2").withPriority(100));

    assertEquals(
        List.of("10.1.2.2", "10.1.2.1", "fd00::1"),
        routes.defaultRoutes().stream()
            .map(route -> IpAddresses.format(route.gateway().orElseThrow()))
            .toList());
  }

  @Test
  void delete_whatWasRead_isGone_andAgainSaysSo() {
    routes.add(to("10.9.0.0/16", "10.1.2.1").withMtu(1400).withTable(1000));
    routes.add(to("fd09::/64", "fd00::1"));
    RouteEntry v4 = read("10.9.0.0/16").orElseThrow();
    RouteEntry v6 = read("fd09::/64").orElseThrow();

    routes.delete(v4);
    routes.delete(v6);

    assertFalse(read("10.9.0.0/16").isPresent());
    assertFalse(read("fd09::/64").isPresent());
    assertTrue(assertThrows(ErrnoException.class, () -> routes.delete(v4)).is(Errno.ESRCH));
  }
}
