package io.myriapod.child.link;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.route.Uplink;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where parents are, the node or a pod: finds the one that a config means, and says what keeps it
 * from having children.
 */
public final class ParentPlace {
  /** Kinds whose ports give all frames to their master, so that the kernel refuses a child. */
  private static final Set<String> TAKING_MASTERS = Set.of("bridge", "bond", "team", "openvswitch");

  private final NetworkNamespace namespace;
  private final NetworkNamespace host;
  private final Sysfs sysfs;
  private final boolean inPod;
  private final String place;

  /**
   * @param inPod whether that namespace is the pod's, not the node's
   */
  ParentPlace(NetworkNamespace namespace, NetworkNamespace host, Sysfs sysfs, boolean inPod) {
    this.namespace = namespace;
    this.host = host;
    this.sysfs = sysfs;
    this.inPod = inPod;
    this.place = inPod ? "the pod" : "the node";
  }

  /** The link. Throws CniException 100 if there is none, or more than one. */
  Link find(ParentSelector selector) {
    List<Link> found = selector.candidates(this);
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      throw new CniException(
          ErrorCode.PARENT_NOT_FOUND,
          "parent link %s is not in %s".formatted(selector, place),
          "run `ip link` there; set \"master\" to a link that exists");
    }
    String names = found.stream().map(Link::name).sorted().collect(Collectors.joining(", "));
    throw new CniException(
        ErrorCode.PARENT_NOT_FOUND,
        "parent link %s: %s are that in %s".formatted(selector, names, place),
        "set \"master\" to the name of one of them");
  }

  /** The link, if it is up and can carry the config's MTU. Throws CniException 7, 100 or 108. */
  Link require(ChildConfig config) {
    Link parent = find(config.parent());
    if (!parent.isUp()) {
      throw unusable(parent, "is down", "run `ip link set %s up`".formatted(parent.name()));
    }
    if (parent.isLoopback()) {
      throw unusable(parent, "is the loopback link", "set \"master\" to an Ethernet link");
    }
    requireFit(parent, config.mtu());
    return parent;
  }

  /** Throws CniException 108 if a bridge or bond takes all frames of the parent. */
  public void requireNoPort(Link parent) {
    masterThatTakesAll(parent)
        .ifPresent(
            master -> {
              throw unusable(
                  parent,
                  "is a port of %s \"%s\"".formatted(master.kind().orElse(""), master.name()),
                  "set \"master\" to \"%s\", or take \"%s\" out of it"
                      .formatted(master.name(), parent.name()));
            });
  }

  /**
   * Throws CniException 108 if the parent is a virtual function whose card is known to drop,
   * without a word, the frames of a child with another MAC.
   */
  public void requireOtherMacs(Link parent) {
    VirtualParent.of(parent, host, sysfs)
        .filter(VirtualParent::dropsOtherMacs)
        .ifPresent(
            function -> {
              String card = function.physical().name();
              int index = function.state().index();
              throw unusable(
                  parent,
                  "is virtual function %d of \"%s\", which drops the frames of any MAC but its own"
                      .formatted(index, card),
                  "run `ip link set %s vf %d trust on`, on some cards with `spoofchk off`; or use ipvlan"
                      .formatted(card, index));
            });
  }

  /** Throws CniException 7 if the parent cannot carry a child of that MTU. */
  private static void requireFit(Link parent, Optional<Integer> wanted) {
    wanted
        .filter(mtu -> mtu > parent.mtu())
        .ifPresent(
            mtu -> {
              throw new CniException(
                  ErrorCode.INVALID_CONFIG,
                  "\"mtu\" is %d: want 0 to %d, the MTU of parent link \"%s\""
                      .formatted(mtu, parent.mtu(), parent.name()),
                  "lower \"mtu\", or raise the parent's by `ip link set %s mtu %d`"
                      .formatted(parent.name(), mtu));
            });
  }

  /** Whether it is one over which the node reaches the world. */
  public boolean isUplink(Link parent) {
    return Uplink.read(links(), namespace.routes()).includes(parent);
  }

  private Optional<Link> masterThatTakesAll(Link parent) {
    return parent
        .masterIndex()
        .flatMap(index -> links().find(index))
        .filter(master -> master.kind().filter(TAKING_MASTERS::contains).isPresent());
  }

  /** A code 108: the finding, and what to do. */
  public CniException unusable(Link parent, String finding, String whatToDo) {
    return new CniException(
        ErrorCode.PARENT_UNUSABLE,
        "parent link \"%s\" of %s %s".formatted(parent.name(), place, finding),
        whatToDo);
  }

  /** The one that the link has, whatever the config says; empty if it is elsewhere. */
  Optional<Link> parentOf(Link child) {
    return child.parentIndex().flatMap(index -> links().find(index));
  }

  Siblings siblings(Link parent, Node node, Journal journal) {
    return new Siblings(node, journal, namespace, parent, inPod);
  }

  List<Link> named(String name) {
    return links().find(name).stream().toList();
  }

  /** Those of hardware, if there are any: a VLAN or a bridge has its port's MAC. */
  List<Link> withMac(MacAddress mac) {
    List<Link> all = links().withMac(mac);
    List<Link> hardware = all.stream().filter(link -> link.kind().isEmpty()).toList();
    return hardware.isEmpty() ? all : hardware;
  }

  List<Link> ofDevice(PciAddress pci) {
    return new DeviceTree(sysfs).linksOf(pci, links());
  }

  List<Link> ofDefaultRoute() {
    return namespace.routes().defaultRoutes().stream()
        .flatMap(route -> route.linkIndex().stream())
        .findFirst()
        .flatMap(index -> links().find(index))
        .stream()
        .toList();
  }

  @Override
  public String toString() {
    return place;
  }

  private Links links() {
    return namespace.links();
  }
}
