package io.myriapod.base.ptp;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * What the node's end has: each gateway as an address of its own, and a route to each of the pod's
 * addresses. Both go with the link.
 *
 * @param gateways each with full length, once
 * @param pods the pod's addresses, each with full length
 */
record HostSide(List<IpPrefix> gateways, List<IpPrefix> pods) {
  /** RT_SCOPE_HOST, as the reference plugin has it. */
  private static final int SCOPE_HOST = 254;

  HostSide {
    gateways = List.copyOf(gateways);
    pods = List.copyOf(pods);
  }

  /** Throws CniException 7 if an address has no gateway, or is the gateway itself. */
  static HostSide of(CniResult leased) {
    leased.addresses().forEach(HostSide::requireGateway);
    return new HostSide(
        leased.addresses().stream()
            .map(address -> IpPrefix.host(address.gateway().orElseThrow()))
            .distinct()
            .toList(),
        leased.addresses().stream()
            .map(address -> IpPrefix.host(address.address().address()))
            .distinct()
            .toList());
  }

  private static void requireGateway(Address address) {
    requireHost(address.address().address());
    address.gateway().ifPresent(HostSide::requireHost);
    if (address.gateway().isEmpty()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "address %s has no gateway: the node's end of the pair needs one"
              .formatted(address.address()),
          "give the address a \"gateway\" in \"ipam\"");
    }
    if (address.gateway().get().equals(address.address().address())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "address %s is its own gateway: pod and node cannot both have it"
              .formatted(address.address()),
          "give the address another \"gateway\" in \"ipam\"");
    }
  }

  /** The node would take for its own, or send to the pod, what is not one host's. */
  private static void requireHost(InetAddress address) {
    boolean broadcast = IpAddresses.format(address).equals("255.255.255.255");
    if (broadcast
        || address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isMulticastAddress()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "address %s: node and pod cannot reach each other by it"
              .formatted(IpAddresses.format(address)),
          "want an address of one host for the pod and for the \"gateway\" in \"ipam\"");
    }
  }

  /** Who has the address of the node's router would get what is meant for that. */
  private void requireNotTheRouters(NetworkNamespace host) {
    for (RouteEntry route : host.routes().defaultRoutes()) {
      route
          .gateway()
          .map(IpPrefix::host)
          .filter(router -> gateways.contains(router) || pods.contains(router))
          .filter(router -> !router.address().isLinkLocalAddress())
          .ifPresent(
              router -> {
                throw new CniException(
                    ErrorCode.ADDRESS_TAKEN,
                    "%s is the gateway of the node's default route".formatted(router),
                    "give the network another range and \"gateway\" in \"ipam\"");
              });
    }
  }

  /**
   * Puts it on the node's end, and brings that up. Without duplicate address detection: a gateway
   * must answer as soon as the pod asks.
   *
   * @throws CniException 102 if the node has a route to one of the pod's addresses already, or
   *     reaches the world by one of the addresses
   */
  void configure(NetworkNamespace host, Link end) {
    requireNotTheRouters(host);
    if (gateways.stream().anyMatch(IpPrefix::isV6)) {
      host.sysctls().changeAll(Map.of(Sysctl.ofLink("ipv6", end.name(), "disable_ipv6"), "0"));
    }
    host.links().setUp(end);
    gateways.forEach(gateway -> host.addresses().add(end.index(), gateway, AddressFlag.NODAD));
    pods.forEach(pod -> addRoute(host, route(pod, end)));
  }

  private static void addRoute(NetworkNamespace host, RouteEntry route) {
    try {
      host.routes().add(route);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      throw new CniException(
          ErrorCode.ADDRESS_TAKEN,
          "%s: the node has a route to it by another link".formatted(e.getMessage()),
          "another pod has the address, or is just being removed; see `ip route` on the node",
          e);
    }
  }

  private static RouteEntry route(IpPrefix pod, Link end) {
    RouteEntry route = RouteEntry.to(pod).withLink(end.index());
    return pod.isV6() ? route : route.withScope(SCOPE_HOST);
  }

  /** Adds a finding for all that the node's end lacks. */
  void check(NetworkNamespace host, Link end, Findings findings) {
    List<IpPrefix> there =
        host.addresses().list(end.index()).stream().map(LinkAddress::prefix).toList();
    for (IpPrefix gateway : gateways) {
      findings.so(
          there.contains(gateway),
          "link \"%s\" lacks the gateway address %s".formatted(end.name(), gateway));
    }
    List<RouteEntry> routes = host.routes().listOf(end.index());
    for (IpPrefix pod : pods) {
      findings.so(
          routes.stream()
              .anyMatch(route -> route.destination().equals(pod) && route.leavesBy(end.index())),
          "the node has no route to %s by \"%s\"".formatted(pod, end.name()));
    }
  }
}
