package io.myriapod.base.sbr;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Address;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is to be changed, worked out from what is there. */
final class SbrPlan {
  /** IP6_RT_PRIO_USER: what the kernel makes of an IPv6 route without a metric. */
  private static final int USUAL_V6_METRIC = 1024;

  private static final int MOST_ROUTES = 8_192;

  private final SbrConfig config;
  private final List<Address> addresses;
  private final int link;
  private final RoutingState state;
  private final List<RouteEntry> main;

  /** Routes of {@link #main} that go with every address of their family. */
  private final Set<RouteEntry> common;

  SbrPlan(SbrConfig config, List<Address> addresses, int link, RoutingState state) {
    this.config = config;
    this.addresses = addresses;
    this.link = link;
    this.state = state;
    this.main = state.mainRoutes(link);
    this.common =
        main.stream()
            .filter(route -> addresses.stream().noneMatch(one -> points(route, one)))
            .collect(Collectors.toSet());
  }

  /** A rule for each address, in front of those that are there, as the kernel would put them. */
  List<RuleEntry> rules() {
    Map<Boolean, Integer> next = new LinkedHashMap<>();
    List<Integer> tables = tables();
    List<RuleEntry> rules = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      InetAddress source = addresses.get(i).address().address();
      boolean v6 = IpAddresses.isV6(source);
      int priority = next.computeIfAbsent(v6, state::nextPriority);
      next.put(v6, Math.max(priority - 1, 1));
      rules.add(RuleEntry.from(source, tables.get(i), priority));
    }
    return rules;
  }

  private List<Integer> tables() {
    return config
        .table()
        .map(table -> addresses.stream().map(address -> table).toList())
        .orElseGet(() -> state.freeTables(addresses.size()));
  }

  /** For each address its default route, and the interface's routes that go with it. */
  List<RouteEntry> routes() {
    List<RouteEntry> routes = new ArrayList<>();
    if (config.table().isPresent()) {
      return routes;
    }
    List<Integer> tables = tables();
    for (int i = 0; i < addresses.size(); i++) {
      routes.addAll(ofTable(addresses.get(i), tables.get(i)));
      requireFew(routes.size());
    }
    return routes;
  }

  private void requireFew(int routes) {
    if (routes > MOST_ROUTES) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "route %d addresses by source: more than %d routes, since each address gets those of the"
                  .formatted(addresses.size(), MOST_ROUTES)
              + " interface",
          "use fewer addresses, or \"table\" with routes of your own");
    }
  }

  private List<RouteEntry> ofTable(Address address, int table) {
    Map<String, RouteEntry> routes = new LinkedHashMap<>();
    Optional<RouteEntry> preferred = defaultRoute(address);
    preferred.ifPresent(route -> routes.put(place(route), route));
    for (RouteEntry route : main) {
      if (belongs(route, address)) {
        requireSameGateway(preferred, route);
        routes.put(place(route), route);
      }
    }
    return routes.values().stream()
        .map(route -> route.withTable(table))
        .sorted(Comparator.comparing(route -> route.gateway().isPresent()))
        .toList();
  }

  /** The kernel has one route for it in a table. */
  private static String place(RouteEntry route) {
    return "%s %d".formatted(route.destination(), metric(route));
  }

  static int metric(RouteEntry route) {
    return route
        .priority()
        .filter(metric -> metric != 0)
        .orElse(route.isV6() ? USUAL_V6_METRIC : 0);
  }

  private Optional<RouteEntry> defaultRoute(Address address) {
    IpPrefix prefix = address.address();
    IpPrefix everywhere = new IpPrefix(prefix.address(), 0);
    return config
        .gateway(prefix.isV6())
        .or(address::gateway)
        .map(
            gateway -> {
              RouteEntry route = RouteEntry.to(everywhere).withLink(link).withGateway(gateway);
              RouteEntry sized = prefix.isV6() ? route.withPriority(USUAL_V6_METRIC) : route;
              return isNeighbour(prefix, gateway) ? sized : sized.withOnLink();
            });
  }

  private static boolean isNeighbour(IpPrefix prefix, InetAddress gateway) {
    return prefix.contains(gateway) || (IpAddresses.isV6(gateway) && gateway.isLinkLocalAddress());
  }

  /**
   * A route goes with the address whose subnet its source or gateway is in; one that has neither,
   * or has them elsewhere, with every address of its family.
   */
  private boolean belongs(RouteEntry route, Address address) {
    return route.isV6() == address.address().isV6()
        && (points(route, address) || common.contains(route));
  }

  private static boolean points(RouteEntry route, Address address) {
    IpPrefix subnet = address.address();
    return route.source().filter(subnet::contains).isPresent()
        || route.gateway().filter(subnet::contains).isPresent();
  }

  private void requireSameGateway(Optional<RouteEntry> preferred, RouteEntry route) {
    boolean asked = config.gateway(route.isV6()).isPresent();
    if (asked
        && preferred.filter(one -> place(one).equals(place(route))).isPresent()
        && !preferred.get().gateway().equals(route.gateway())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "\"gateways\" has %s, the interface's default route %s: want one of them"
              .formatted(shown(preferred.get()), shown(route)),
          "remove the default route from \"ipam\", or the address from \"gateways\"");
    }
  }

  private static String shown(RouteEntry route) {
    return route.gateway().map(IpAddresses::format).orElse("no gateway");
  }

  /**
   * What leaves the main table. Not the route to neighbours by their link-local addresses: they are
   * no sources of any rule, and without it nobody on the link could be reached by them.
   */
  List<RouteEntry> taken() {
    return main.stream()
        .filter(route -> config.table().isEmpty() && !RoutingState.isLinkLocal(route))
        .filter(route -> !config.sourceHints() || route.gateway().isPresent())
        .toList();
  }

  /** The routes to the interface's subnets that stay in the main table and say no source. */
  List<RouteEntry> hinted() {
    return main.stream()
        .filter(route -> config.sourceHints() && route.gateway().isEmpty())
        .filter(route -> route.source().isEmpty() && hint(route).isPresent())
        .toList();
  }

  /** The same with the first address of the subnet as source. */
  List<RouteEntry> hints() {
    return hinted().stream().map(route -> route.withSource(hint(route).orElseThrow())).toList();
  }

  private Optional<InetAddress> hint(RouteEntry route) {
    return addresses.stream()
        .map(Address::address)
        .filter(prefix -> prefix.network().equals(route.destination()))
        .map(IpPrefix::address)
        .findFirst();
  }
}
