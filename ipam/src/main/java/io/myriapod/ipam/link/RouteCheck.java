package io.myriapod.ipam.link;

import io.myriapod.linux.route.RouteEntry;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Looks for a route among those of a namespace.
 *
 * @param tellsAll what the wanted route does not have, the one that is there must not have either;
 *     a result below 1.0.0 cannot tell metric, mtu and advmss
 */
record RouteCheck(RouteEntry wanted, boolean tellsAll) {
  /** What the kernel makes of an IPv6 route without a metric. IP6_RT_PRIO_USER */
  private static final int USUAL_V6_PRIORITY = 1024;

  /**
   * What keeps the wanted route from being there as wanted; empty if it is. A default route that
   * leaves by another link is no difference: a meta-plugin moves it there, and knows it.
   */
  Optional<String> difference(List<RouteEntry> present) {
    List<RouteEntry> candidates = candidates(present);
    if (candidates.isEmpty()) {
      boolean moved = wanted.isDefault() && present.stream().anyMatch(this::leadsThere);
      return moved ? Optional.empty() : Optional.of(shown(wanted) + " is missing");
    }
    return candidates.stream()
        .map(this::differences)
        .min(Comparator.comparingInt(StringJoiner::length))
        .filter(closest -> closest.length() > 0)
        .map(closest -> "%s: %s".formatted(shown(wanted), closest));
  }

  /** Those that lead there by the wanted link. */
  List<RouteEntry> candidates(List<RouteEntry> present) {
    return present.stream()
        .filter(this::leadsThere)
        .filter(one -> wanted.linkIndex().filter(one::leavesBy).isPresent())
        .toList();
  }

  /** A table is compared only if the result named one: a chained plugin may move routes. */
  private boolean leadsThere(RouteEntry found) {
    return found.destination().equals(wanted.destination())
        && found.type() == wanted.type()
        && (wanted.table() == RouteEntry.MAIN_TABLE || wanted.table() == found.table());
  }

  private StringJoiner differences(RouteEntry found) {
    StringJoiner differences = new StringJoiner(", ");
    if (!sameGateway(found)) {
      differences.add(
          "gateway is %s: want %s".formatted(shown(found.gateway()), shown(wanted.gateway())));
    }
    if (wanted.source().isPresent() && !wanted.source().equals(found.source())) {
      differences.add(
          "source is %s: want %s".formatted(shown(found.source()), shown(wanted.source())));
    }
    if (tellsAll || wanted.priority().isPresent()) {
      compare("metric", priority(found), priority(wanted), differences);
    }
    if (tellsAll || wanted.mtu().isPresent()) {
      compare("mtu", found.mtu(), wanted.mtu(), differences);
    }
    if (tellsAll || wanted.advmss().isPresent()) {
      compare("advmss", found.advmss(), wanted.advmss(), differences);
    }
    if (wanted.scope().isPresent() && !wanted.isV6()) { // IPv6 keeps none
      compare("scope", found.scope(), wanted.scope(), differences);
    }
    return differences;
  }

  private static void compare(
      String what, Optional<Integer> is, Optional<Integer> want, StringJoiner differences) {
    if (!is.equals(want)) {
      differences.add("%s is %s: want %s".formatted(what, number(is), number(want)));
    }
  }

  private static String number(Optional<Integer> value) {
    return value.map(Object::toString).orElse("none");
  }

  private static Optional<Integer> priority(RouteEntry route) {
    Optional<Integer> told = route.priority().filter(metric -> metric > 0);
    return route.isV6() ? told.or(() -> Optional.of(USUAL_V6_PRIORITY)) : told;
  }

  private boolean sameGateway(RouteEntry found) {
    return found.nextHops().isEmpty()
        ? wanted.gateway().equals(found.gateway())
        : found.nextHops().stream().anyMatch(hop -> hop.gateway().equals(wanted.gateway()));
  }

  private static String shown(RouteEntry route) {
    String via = route.gateway().map(gateway -> " via " + IpAddresses.format(gateway)).orElse("");
    String table = route.table() == RouteEntry.MAIN_TABLE ? "" : " in table " + route.table();
    return "route to %s%s%s".formatted(route.destination(), via, table);
  }

  private static String shown(Optional<InetAddress> address) {
    return address.map(IpAddresses::format).orElse("none");
  }
}
