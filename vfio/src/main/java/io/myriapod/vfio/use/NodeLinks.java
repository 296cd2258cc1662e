package io.myriapod.vfio.use;

import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.NextHop;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.route.Uplink;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The node's links and what it does with them, read once for the look at many. */
public final class NodeLinks {
  private final List<Link> links;
  private final Uplink uplink;
  private final Map<Integer, Link> byIndex;
  private final Map<Integer, List<Link>> above;
  private final Map<Integer, LinkAddress> addresses = new HashMap<>();
  private final Map<Integer, RouteEntry> routes = new HashMap<>();

  private NodeLinks(List<Link> links, Uplink uplink) {
    this.links = links;
    this.uplink = uplink;
    this.byIndex =
        links.stream().collect(Collectors.toMap(Link::index, link -> link, (one, again) -> again));
    this.above =
        links.stream()
            .filter(link -> link.lowerIndex().isPresent())
            .collect(Collectors.groupingBy(link -> link.lowerIndex().orElseThrow()));
  }

  /** Reads the namespace. */
  public static NodeLinks read(NetworkNamespace host) {
    NodeLinks node = new NodeLinks(host.links().list(), Uplink.read(host.links(), host.routes()));
    host.addresses().list().stream()
        .filter(one -> !one.address().isLinkLocalAddress())
        .forEach(one -> node.addresses.putIfAbsent(one.linkIndex(), one));
    host.routes().listAll(node::keepsNothingOf);
    return node;
  }

  /** A node may have a million routes: of each link the first is kept, and the list stays empty. */
  private boolean keepsNothingOf(RouteEntry route) {
    if (isSomebodys(route)) {
      Stream.concat(route.linkIndex().stream(), route.nextHops().stream().map(NextHop::linkIndex))
          .forEach(index -> routes.putIfAbsent(index, route));
    }
    return false;
  }

  /** Of the node's making: the link-local ones come by themselves when a link is set up. */
  private static boolean isSomebodys(RouteEntry route) {
    InetAddress to = route.destination().address();
    return route.type() == RouteEntry.UNICAST
        && !to.isLinkLocalAddress()
        && !to.isMulticastAddress();
  }

  /** In the kernel's order. */
  public List<Link> links() {
    return links;
  }

  Uplink uplink() {
    return uplink;
  }

  Optional<Link> link(int index) {
    return Optional.ofNullable(byIndex.get(index));
  }

  /** Those of the node that lie on it. */
  List<Link> above(Link lower) {
    return above.getOrDefault(lower.index(), List.of());
  }

  /** The first that somebody gave it. */
  Optional<LinkAddress> addressOf(Link link) {
    return Optional.ofNullable(addresses.get(link.index()));
  }

  /** The first that somebody made. */
  Optional<RouteEntry> routeBy(Link link) {
    return Optional.ofNullable(routes.get(link.index()));
  }
}
