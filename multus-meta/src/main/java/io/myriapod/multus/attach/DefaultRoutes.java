package io.myriapod.multus.attach;

import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Route;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the pod's default routes go when its annotation says {@code default-route}, by the results
 * of all its networks. NPWG 1.3, section 4.1.2.1.9.
 *
 * <p>Only address families for which the chosen network has a route are moved: a pod keeps its IPv6
 * default route if an IPv4 gateway is asked for.
 */
final class DefaultRoutes {
  private static final int MAIN_TABLE = 254;

  /** Metrics of several gateways of one family: the first one is used while its link is up. */
  private static final int FIRST_PRIORITY = 100;

  private final List<Move> moves;

  /** Default routes, best first, through one interface. */
  record Move(int order, InterfaceName via, List<Route> routes) {}

  private DefaultRoutes(List<Move> moves) {
    this.moves = moves;
  }

  static DefaultRoutes of(List<Attached> attached) {
    List<Move> moves = new ArrayList<>();
    for (Attached each : attached) {
      each.planned()
          .options()
          .defaultRoute()
          .map(gateways -> gateways.isEmpty() ? own(each.result()) : through(gateways))
          .filter(routes -> !routes.isEmpty())
          .map(routes -> new Move(each.planned().order(), name(each), routes))
          .ifPresent(moves::add);
    }
    return new DefaultRoutes(moves);
  }

  private static InterfaceName name(Attached attached) {
    return attached.planned().call().interfaceName();
  }

  /** What is to be done; empty if nothing was asked for. */
  List<Move> moves() {
    return moves;
  }

  /** The result as it is once the routes are moved. */
  CniResult applied(Attached attached) {
    Stream<Route> kept =
        attached.result().routes().stream()
            .filter(route -> !isPodDefault(route) || !isMoved(IpAddresses.isV6(address(route))));
    Stream<Route> moved =
        moves.stream()
            .filter(move -> move.order() == attached.planned().order())
            .flatMap(move -> move.routes().stream());
    return attached.result().withRoutes(Stream.concat(kept, moved).toList());
  }

  private boolean isMoved(boolean v6) {
    return moves.stream()
        .flatMap(move -> move.routes().stream())
        .anyMatch(route -> IpAddresses.isV6(address(route)) == v6);
  }

  /** A default route in another table than main serves rules of its own. */
  static boolean isPodDefault(Route route) {
    return route.isDefault() && route.table().orElse(MAIN_TABLE) == MAIN_TABLE;
  }

  private static InetAddress address(Route route) {
    return route.destination().address();
  }

  private static List<Route> own(CniResult result) {
    return result.routes().stream()
        .filter(DefaultRoutes::isPodDefault)
        .map(route -> withGateway(route, result))
        .toList();
  }

  /** The gateway that a route really has: its own, else that of the first address of its family. */
  private static Route withGateway(Route route, CniResult result) {
    return new Route(
        route.destination(),
        gateway(route, result),
        route.mtu(),
        route.advmss(),
        route.priority(),
        Optional.empty(),
        route.scope());
  }

  static Optional<InetAddress> gateway(Route route, CniResult result) {
    return route
        .gateway()
        .or(
            () ->
                result.addresses().stream()
                    .map(Address::gateway)
                    .flatMap(Optional::stream)
                    .filter(
                        gateway -> IpAddresses.isV6(gateway) == IpAddresses.isV6(address(route)))
                    .findFirst());
  }

  private static List<Route> through(List<InetAddress> gateways) {
    List<Route> routes = new ArrayList<>();
    for (InetAddress gateway : gateways) {
      boolean v6 = IpAddresses.isV6(gateway);
      List<InetAddress> family =
          gateways.stream().distinct().filter(other -> IpAddresses.isV6(other) == v6).toList();
      Optional<Integer> priority =
          Optional.of(FIRST_PRIORITY + family.indexOf(gateway)).filter(p -> family.size() > 1);
      routes.add(
          new Route(
              new IpPrefix(IpAddresses.parse(v6 ? "::" : "0.0.0.0"), 0),
              Optional.of(gateway),
              Optional.empty(),
              Optional.empty(),
              priority,
              Optional.empty(),
              Optional.empty()));
    }
    return routes.stream().distinct().toList();
  }
}
