package io.myriapod.linux.route;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The links over which a node reaches the world: those that carry a default route, IPv4 or IPv6,
 * and what lies under them (ports of the bridge or bond, the parent of the VLAN). To take one away
 * would cut the node off. A reading of one moment.
 */
public final class Uplink {
  private final Optional<Link> link;
  private final Set<Integer> indexes;

  private Uplink(Optional<Link> link, Set<Integer> indexes) {
    this.link = link;
    this.indexes = indexes;
  }

  /** Reads the default routes and links of one namespace. */
  public static Uplink read(Links links, Routes routes) {
    List<Integer> carriers =
        routes.defaultRoutes().stream().flatMap(route -> carriersOf(route).stream()).toList();
    List<Link> present = links.list();
    Optional<Link> first = carriers.stream().findFirst().flatMap(index -> byIndex(present, index));
    return new Uplink(first, withLower(present, carriers));
  }

  private static List<Integer> carriersOf(RouteEntry route) {
    return route
        .linkIndex()
        .map(List::of)
        .orElseGet(() -> route.nextHops().stream().map(NextHop::linkIndex).toList());
  }

  private static Set<Integer> withLower(List<Link> present, List<Integer> carriers) {
    Set<Integer> found = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(carriers);
    while (!open.isEmpty()) {
      int index = open.pop();
      if (!found.add(index)) {
        continue;
      }
      for (Link other : present) {
        if (other.masterIndex().filter(master -> master == index).isPresent()) {
          open.push(other.index());
        }
      }
      byIndex(present, index).flatMap(Link::lowerIndex).ifPresent(open::push);
    }
    return found;
  }

  private static Optional<Link> byIndex(List<Link> links, int index) {
    return links.stream().filter(link -> link.index() == index).findFirst();
  }

  /** The link of the most preferred default route, IPv4 before IPv6; empty without one. */
  public Optional<Link> link() {
    return link;
  }

  /** Whether the node depends on that link. */
  public boolean includes(Link other) {
    return indexes.contains(other.index());
  }
}
