package io.myriapod.base.sbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.linux.route.NextHop;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SbrPlanTest {
  private static final int ETH0 = 2;
  private static final int NET1 = 3;
  private static final SbrConfig PLAIN = config(Optional.empty(), false);

  private final List<RuleEntry> rules = new ArrayList<>();
  private final List<RouteEntry> routes = new ArrayList<>();

  SbrPlanTest() {
    for (boolean v6 : List.of(false, true)) {
      rules.add(new RuleEntry(v6, Optional.empty(), 255, 0, true));
      rules.add(new RuleEntry(v6, Optional.empty(), 254, 32_766, true));
    }
  }

  private static SbrConfig config(Optional<Integer> table, boolean hints, String... gateways) {
    return new SbrConfig(table, Arrays.stream(gateways).map(IpAddresses::parse).toList(), hints);
  }

  private static RouteEntry route(String destination, int link) {
    return RouteEntry.to(IpPrefix.parse(destination)).withLink(link);
  }

  private static RouteEntry route(String destination, String gateway) {
    return route(destination, NET1).withGateway(IpAddresses.parse(gateway));
  }

  private static RouteEntry own(String subnet, String source) {
    return route(subnet, NET1).withSource(IpAddresses.parse(source));
  }

  private SbrPlan plan(SbrConfig config, String... addresses) {
    return new SbrPlan(
        config,
        Arrays.stream(addresses).map(SbrLab::address).toList(),
        NET1,
        new RoutingState(
            rules, routes, routes.stream().map(RouteEntry::table).collect(Collectors.toSet())));
  }

  private static List<String> shown(List<RouteEntry> routes) {
    return routes.stream()
        .map(
            route ->
                "%d %s%s%s"
                    .formatted(
                        route.table(),
                        route.destination(),
                        route.gateway().map(gw -> " via " + IpAddresses.format(gw)).orElse(""),
                        route.onLink() ? " onlink" : ""))
        .toList();
  }

  @Test
  void plan_severalAddresses_eachHasARuleAndATableOfItsOwn() {
    SbrPlan plan = plan(PLAIN, "10.1.2.2/24", "10.1.3.2/24", "fd00:1::2/64");

    assertEquals(
        List.of(
            RuleEntry.from(IpAddresses.parse("10.1.2.2"), 100, 32_765),
            RuleEntry.from(IpAddresses.parse("10.1.3.2"), 101, 32_764),
            RuleEntry.from(IpAddresses.parse("fd00:1::2"), 102, 32_765)),
        plan.rules());
  }

  @Test
  void plan_tablesInUse_arePassedOver() {
    rules.add(RuleEntry.from(IpAddresses.parse("10.7.0.1"), 100, 7));
    routes.add(route("10.8.0.0/16", ETH0).withTable(102));

    SbrPlan plan = plan(PLAIN, "10.1.2.2/24", "10.1.3.2/24");

    assertEquals(List.of(101, 103), plan.rules().stream().map(RuleEntry::table).toList());
  }

  @Test
  void plan_routesOfTheInterface_goWithTheAddressThatTheyPointTo() {
    routes.add(own("10.1.2.0/24", "10.1.2.2"));
    routes.add(own("10.1.3.0/24", "10.1.3.2"));
    routes.add(route("10.8.0.0/16", "10.1.2.9"));
    routes.add(route("10.9.0.0/16", "10.1.3.9"));
    routes.add(route("10.10.0.0/16", NET1));
    routes.add(route("10.11.0.0/16", "10.77.0.1").withOnLink());
    routes.add(route("0.0.0.0/0", ETH0));

    SbrPlan plan = plan(PLAIN, "10.1.2.2/24 10.1.2.1", "10.1.3.2/24");

    assertEquals(
        List.of(
            "100 10.1.2.0/24",
            "100 10.10.0.0/16",
            "100 0.0.0.0/0 via 10.1.2.1",
            "100 10.8.0.0/16 via 10.1.2.9",
            "100 10.11.0.0/16 via 10.77.0.1 onlink",
            "101 10.1.3.0/24",
            "101 10.10.0.0/16",
            "101 10.9.0.0/16 via 10.1.3.9",
            "101 10.11.0.0/16 via 10.77.0.1 onlink"),
        shown(plan.routes()));
    assertEquals(6, plan.taken().size());
  }

  @Test
  void plan_linkLocalRoute_isCopiedAndStays() {
    routes.add(route("fe80::/64", NET1));
    routes.add(route("fd00:1::/64", NET1));

    SbrPlan plan = plan(PLAIN, "10.1.2.2/24", "fd00:1::2/64");

    assertEquals(List.of("101 fe80::/64", "101 fd00:1::/64"), shown(plan.routes()));
    assertEquals(List.of("254 fd00:1::/64"), shown(plan.taken()));
  }

  @Test
  void plan_defaultRouteOfTheInterface_isNotDoubled() {
    routes.add(route("0.0.0.0/0", "10.1.2.1"));
    routes.add(route("::/0", "fd00:1::1").withPriority(1024));

    SbrPlan plan = plan(PLAIN, "10.1.2.2/24 10.1.2.1", "fd00:1::2/64 fd00:1::1");

    assertEquals(
        List.of("100 0.0.0.0/0 via 10.1.2.1", "101 ::/0 via fd00:1::1"), shown(plan.routes()));
  }

  @Test
  void plan_oneWayOfAnIpv6Route_isTakenAlone() {
    RouteEntry both = route("::/0", ETH0);
    NextHop first = new NextHop(Optional.of(IpAddresses.parse("fd00:a::1")), ETH0, 1, false);
    NextHop second = new NextHop(Optional.of(IpAddresses.parse("fd00:1::1")), NET1, 1, false);
    routes.add(
        new RouteEntry(
            both.destination(),
            Optional.empty(),
            Optional.empty(),
            254,
            Optional.of(0),
            1,
            3,
            Optional.of(1024),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(first, second)));

    SbrPlan plan = plan(PLAIN, "fd00:1::2/64");

    assertEquals(List.of("254 ::/0 via fd00:1::1"), shown(plan.taken()));
    assertEquals(Optional.of(NET1), plan.taken().get(0).linkIndex());
  }

  @Test
  void plan_gatewayOutsideTheSubnet_isOnLink() {
    SbrPlan plan = plan(config(Optional.empty(), false, "10.9.9.9"), "10.1.2.2/24 10.1.2.1");

    assertEquals(List.of("100 0.0.0.0/0 via 10.9.9.9 onlink"), shown(plan.routes()));
  }

  @Test
  void plan_gatewaysAgainstADefaultRoute_isCode7() {
    routes.add(route("0.0.0.0/0", "10.1.2.1"));
    SbrPlan plan = plan(config(Optional.empty(), false, "10.1.2.9"), "10.1.2.2/24");

    CniException e = assertThrows(CniException.class, plan::routes);

    assertEquals(7, e.code());
    assertTrue(
        e.getMessage()
            .contains("\"gateways\" has 10.1.2.9, the interface's default route 10.1.2.1"),
        e::getMessage);
  }

  @Test
  void plan_fixedTable_hasRulesAlone() {
    routes.add(own("10.1.2.0/24", "10.1.2.2"));
    SbrPlan plan =
        plan(config(Optional.of(50), false), "10.1.2.2/24 10.1.2.1", "10.1.3.2/24 10.1.3.1");

    assertEquals(List.of(50, 50), plan.rules().stream().map(RuleEntry::table).toList());
    assertEquals(List.of(), plan.routes());
    assertEquals(List.of(), plan.taken());
  }

  @Test
  void plan_sourceHints_subnetsStayWithTheirSource() {
    routes.add(own("10.1.2.0/24", "10.1.2.2"));
    routes.add(route("10.9.0.0/16", "10.1.2.1"));
    routes.add(route("fd00:1::/64", NET1).withPriority(256));

    SbrPlan plan = plan(config(Optional.empty(), true), "10.1.2.2/24", "fd00:1::2/64");

    assertEquals(List.of("254 10.9.0.0/16 via 10.1.2.1"), shown(plan.taken()));
    assertEquals(List.of("254 fd00:1::/64"), shown(plan.hinted()));
    assertEquals(
        List.of(Optional.of(IpAddresses.parse("fd00:1::2"))),
        plan.hints().stream().map(RouteEntry::source).toList());
  }

  @Test
  void sources_throughTheJournal_areTheSame() {
    routes.add(own("10.1.2.0/24", "10.1.2.2").withScope(253));
    routes.add(
        route("10.9.0.0/16", "10.7.2.1")
            .withOnLink()
            .withMtu(1400)
            .withAdvmss(1300)
            .withPriority(9));
    SbrPlan plan = plan(config(Optional.empty(), true), "10.1.2.2/24 10.1.2.1");
    RoutedSources sources =
        new RoutedSources(
            "/run/netns/p",
            "boot:1",
            "net1",
            "02:00:00:00:00:01",
            NET1,
            plan.rules(),
            plan.routes(),
            plan.taken(),
            plan.hinted(),
            plan.hints());

    assertEquals(sources, RoutedSources.from(sources.toInverse()));
  }
}
