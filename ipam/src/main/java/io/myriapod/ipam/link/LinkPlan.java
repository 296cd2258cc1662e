package io.myriapod.ipam.link;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Route;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a result belongs on one link: addresses that name it or name none, and the routes with
 * every default filled in.
 *
 * @param routed the link reaches no neighbour but its gateways: whatever else is in the subnets of
 *     its addresses is reached through them
 */
record LinkPlan(Link link, List<Address> addresses, List<RouteEntry> routes, boolean routed) {
  LinkPlan {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  /** For a fresh link. Throws if an address is meant for another one, as the reference does. */
  static LinkPlan strict(Link link, CniResult result) {
    for (Address address : result.addresses()) {
      if (!liesOn(link, result, address)) {
        throw new CniException(
            ErrorCode.FOREIGN_PLUGIN_FAILED,
            "add address %s to \"%s\": the result has it on another interface"
                .formatted(address.address(), link.name()),
            "an IPAM plugin must give addresses without an interface");
      }
    }
    return of(link, result);
  }

  /** For a look at what is there: addresses of other links are passed over. */
  static LinkPlan of(Link link, CniResult result) {
    List<Address> addresses =
        result.addresses().stream().filter(address -> liesOn(link, result, address)).toList();
    List<RouteEntry> routes =
        result.routes().stream().map(route -> entry(link, addresses, route)).toList();
    return new LinkPlan(link, addresses, routes, false);
  }

  /**
   * The same for a link whose far end is the gateway and nobody else. The routes to gateways come
   * first; one by a gateway that is none of the addresses' needs no route to it.
   */
  LinkPlan asRouted() {
    Map<IpPrefix, RouteEntry> ways = new LinkedHashMap<>();
    Set<InetAddress> gateways = new HashSet<>();
    for (Address address : addresses) {
      address
          .gateway()
          .ifPresent(
              gateway -> {
                gateways.add(gateway);
                for (RouteEntry way : ways(address.address(), gateway)) {
                  ways.putIfAbsent(way.destination(), way);
                }
              });
    }
    List<RouteEntry> all = new ArrayList<>(ways.values());
    for (RouteEntry route : routes) {
      boolean known = route.gateway().map(gateways::contains).orElse(true);
      all.add(known ? route : route.withOnLink());
    }
    return new LinkPlan(link, addresses, all, true);
  }

  private List<RouteEntry> ways(IpPrefix address, InetAddress gateway) {
    RouteEntry toGateway =
        RouteEntry.to(IpPrefix.host(gateway)).withLink(link.index()).withSource(address.address());
    RouteEntry toSubnet =
        RouteEntry.to(address)
            .withLink(link.index())
            .withGateway(gateway)
            .withSource(address.address());
    boolean alone = IpPrefix.host(address.address()).equals(address);
    return alone ? List.of(toGateway) : List.of(toGateway, toSubnet);
  }

  private static boolean liesOn(Link link, CniResult result, Address address) {
    return address
        .interfaceIndex()
        .map(index -> result.interfaces().get(index).name().equals(link.name()))
        .orElse(true);
  }

  boolean hasV4() {
    return addresses.stream().anyMatch(address -> !address.address().isV6());
  }

  boolean hasV6() {
    return addresses.stream().anyMatch(address -> address.address().isV6());
  }

  List<IpPrefix> prefixes() {
    return addresses.stream().map(Address::address).toList();
  }

  /** The flags that an address is to be added with. */
  AddressFlag[] flags(IpPrefix prefix, DadPolicy dad) {
    List<AddressFlag> flags = new ArrayList<>();
    if (prefix.isV6()) {
      flags.addAll(List.of(dad.flags()));
    }
    if (routed) {
      flags.add(AddressFlag.NO_PREFIX_ROUTE);
    }
    return flags.toArray(AddressFlag[]::new);
  }

  private static RouteEntry entry(Link link, List<Address> addresses, Route route) {
    RouteEntry entry = RouteEntry.to(route.destination()).withLink(link.index());
    Optional<InetAddress> gateway =
        route.gateway().or(() -> firstGateway(addresses, route.destination().isV6()));
    if (gateway.isPresent()) {
      entry = entry.withGateway(gateway.get());
      entry = isReachable(addresses, gateway.get()) ? entry : entry.withOnLink();
    }
    entry = route.table().map(entry::withTable).orElse(entry);
    entry = route.scope().map(entry::withScope).orElse(entry);
    entry = route.priority().map(entry::withPriority).orElse(entry);
    entry = route.mtu().map(entry::withMtu).orElse(entry);
    return route.advmss().map(entry::withAdvmss).orElse(entry);
  }

  private static Optional<InetAddress> firstGateway(List<Address> addresses, boolean v6) {
    return addresses.stream()
        .filter(address -> address.address().isV6() == v6)
        .flatMap(address -> address.gateway().stream())
        .findFirst();
  }

  private static boolean isReachable(List<Address> addresses, InetAddress gateway) {
    // 169.254.0.0/16 is not on every link, fe80::/10 is
    return (gateway.isLinkLocalAddress() && IpAddresses.isV6(gateway))
        || addresses.stream().anyMatch(address -> address.address().contains(gateway));
  }
}
