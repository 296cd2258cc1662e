package io.myriapod.vfio.use;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.route.Uplink;
import io.myriapod.vfio.change.ShellWord;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the node does with a link that it has in its own namespace. */
public final class LinkUse {
  private LinkUse() {}

  /** All evidence there is; empty if the node has no use for it. */
  public static List<Use> of(Link link, NetworkNamespace host) {
    List<Use> uses = new ArrayList<>();
    if (Uplink.read(host.links(), host.routes()).includes(link)) {
      uses.add(
          new Use(
              "uplink",
              "carries the node's default route, as \"%s\"".formatted(link.name()),
              "move the default route to another interface first"));
    }
    link.masterIndex().ifPresent(index -> uses.add(port(link, index, host.links())));
    host.links().list().stream()
        .filter(other -> other.lowerIndex().equals(Optional.of(link.index())))
        .forEach(upper -> uses.add(upper(upper, "the node")));
    address(link, host).ifPresent(uses::add);
    return uses;
  }

  private static Use port(Link link, int index, Links links) {
    String master =
        links
            .find(index)
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

  /** Of the node's making: the link-local ones come by themselves when a link is set up. */
  private static Optional<Use> address(Link link, NetworkNamespace host) {
    Optional<Use> address =
        host.addresses().list(link.index()).stream()
            .filter(one -> !one.address().isLinkLocalAddress())
            .findFirst()
            .map(
                one ->
                    new Use(
                        "address " + one.prefix(),
                        "has address %s, as \"%s\"".formatted(one.prefix(), link.name()),
                        "take it away by `ip addr flush dev %s`"
                            .formatted(ShellWord.of(link.name()))));
    return address.or(
        () ->
            host.routes().listAll(route -> route.leavesBy(link.index())).stream()
                .filter(LinkUse::isSomebodys)
                .findFirst()
                .map(
                    route ->
                        new Use(
                            "route " + route.destination(),
                            "has a route to %s, as \"%s\""
                                .formatted(route.destination(), link.name()),
                            "take it away by `ip route flush dev %s`"
                                .formatted(ShellWord.of(link.name())))));
  }

  private static boolean isSomebodys(RouteEntry route) {
    InetAddress to = route.destination().address();
    return route.type() == RouteEntry.UNICAST
        && !to.isLinkLocalAddress()
        && !to.isMulticastAddress();
  }
}
