package io.myriapod.vfio.use;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.vfio.change.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the node does with a link that it has in its own namespace. */
public final class LinkUse {
  private LinkUse() {}

  /** All evidence there is; empty if the node has no use for it. */
  public static List<Use> of(Link link, NetworkNamespace host) {
    return of(link, NodeLinks.read(host));
  }

  /** The same of a node that was read before. */
  public static List<Use> of(Link link, NodeLinks node) {
    List<Use> uses = new ArrayList<>();
    if (node.uplink().includes(link)) {
      uses.add(
          new Use(
              "uplink",
              "carries the node's default route, as \"%s\"".formatted(link.name()),
              "move the default route to another interface first"));
    }
    link.masterIndex().ifPresent(index -> uses.add(port(link, index, node)));
    node.above(link).forEach(upper -> uses.add(upper(upper, "the node")));
    address(link, node).or(() -> route(link, node)).ifPresent(uses::add);
    return uses;
  }

  private static Use port(Link link, int index, NodeLinks node) {
    String master =
        node.link(index)
            .map(one -> "%s %s".formatted(one.kind().orElse("link"), one.name()))
            .orElse("link " + index);
    return new Use(
        master,
        "is a port of " + master,
        "take it out by `ip link set dev %s nomaster`".formatted(ShellWord.of(link.name())));
  }

  static Use upper(Link upper, String where) {
    String kind = upper.kind().orElse("link");
    return new Use(
        "%s %s".formatted(kind, upper.name()),
        "carries %s \"%s\" of %s".formatted(kind, upper.name(), where),
        "delete that link, or the pod that has it");
  }

  private static Optional<Use> address(Link link, NodeLinks node) {
    return node.addressOf(link)
        .map(
            one ->
                new Use(
                    "address " + one.prefix(),
                    "has address %s, as \"%s\"".formatted(one.prefix(), link.name()),
                    "take it away by `ip addr flush dev %s`".formatted(ShellWord.of(link.name()))));
  }

  private static Optional<Use> route(Link link, NodeLinks node) {
    return node.routeBy(link)
        .map(
            route ->
                new Use(
                    "route " + route.destination(),
                    "has a route to %s, as \"%s\"".formatted(route.destination(), link.name()),
                    "take it away by `ip route flush dev %s`"
                        .formatted(ShellWord.of(link.name()))));
  }
}
