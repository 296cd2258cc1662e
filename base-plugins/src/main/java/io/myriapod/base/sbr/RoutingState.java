package io.myriapod.base.sbr;

import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.NextHop;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.linux.rule.Rules;
import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules and routes of a namespace at one moment, as far as one link is concerned.
 *
 * @param routes by the link, of all tables
 * @param tables that have routes, whatever the link; none from {@link #LAST_TABLE} on
 */
record RoutingState(List<RuleEntry> rules, List<RouteEntry> routes, Set<Integer> tables) {
  /** The first table that is given out, as by the reference plugin. */
  static final int FIRST_TABLE = 100;

  /** More than are ever looked at; a pod may have millions. */
  private static final int LAST_TABLE = 1 << 16;

  private static final IpPrefix LINK_LOCAL = IpPrefix.parse("fe80::/10");

  /**
   * Reads what matters for that link.
   *
   * @param link index
   */
  static RoutingState read(NetworkNamespace pod, int link) {
    Set<Integer> tables = new HashSet<>();
    List<RouteEntry> routes =
        pod.routes()
            .listAll(
                route -> {
                  if (route.table() >= FIRST_TABLE && route.table() < LAST_TABLE) {
                    tables.add(route.table());
                  }
                  return route.leavesBy(link);
                });
    return new RoutingState(pod.rules().list(), routes, tables);
  }

  /** That many tables that no rule and no route knows, from {@link #FIRST_TABLE} on. */
  List<Integer> freeTables(int count) {
    Set<Integer> used = new HashSet<>(tables);
    rules.forEach(rule -> used.add(rule.table()));
    List<Integer> free = new ArrayList<>();
    for (int table = FIRST_TABLE; free.size() < count; table++) {
      if (!used.contains(table) && !SbrConfig.isKernels(table)) {
        free.add(table);
      }
    }
    return free;
  }

  /** The priority that the kernel would give the next rule. */
  int nextPriority(boolean v6) {
    return Rules.nextPriority(rules, v6);
  }

  /**
   * The routes of the main table by that link. An IPv6 route of several ways counts as many; an
   * IPv4 one is whole or not at all, so it is left out.
   */
  List<RouteEntry> mainRoutes(int link) {
    List<RouteEntry> found = new ArrayList<>();
    for (RouteEntry route : routes) {
      if (route.table() != RouteEntry.MAIN_TABLE || route.type() != RouteEntry.UNICAST) {
        continue;
      }
      if (route.nextHops().isEmpty()) {
        Optional.of(route).filter(one -> one.leavesBy(link)).ifPresent(found::add);
      } else if (route.isV6()) {
        route.nextHops().stream()
            .filter(hop -> hop.linkIndex() == link)
            .forEach(hop -> found.add(alone(route, hop)));
      }
    }
    return found;
  }

  private static RouteEntry alone(RouteEntry route, NextHop hop) {
    return new RouteEntry(
        route.destination(),
        hop.gateway(),
        Optional.of(hop.linkIndex()),
        route.table(),
        route.scope(),
        route.type(),
        route.protocol(),
        route.priority(),
        route.mtu(),
        route.advmss(),
        route.source(),
        hop.onLink(),
        List.of());
  }

  /** Whether neighbours on the link itself are reached by it, whatever its addresses. */
  static boolean isLinkLocal(RouteEntry route) {
    return route.isV6() && LINK_LOCAL.contains(route.destination().address());
  }
}
