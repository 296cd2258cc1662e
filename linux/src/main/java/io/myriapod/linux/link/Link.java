package io.myriapod.linux.link;

import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Optional;

/**
 * A link as the kernel showed it at one moment, seen from its own namespace.
 *
 * @param altNames alternative names, in the kernel's order
 * @param kind {@code macvlan}, {@code bridge}, {@code veth}…; empty for a device of hardware and
 *     for {@code lo}
 * @param mac empty for a link without a six-byte address
 * @param permanentMac the one burnt in, where the driver tells it
 * @param mtu bytes
 * @param flags IFF_* bits; the {@code is…} methods read them
 * @param parentIndex IFLA_LINK: the lower link of a macvlan or VLAN, the peer of a veth; an index
 *     of the namespace {@code parentNamespace} if that is present
 * @param parentNamespace the kernel's number (nsid) for the namespace of the parent, if another one
 * @param masterIndex the bridge or bond it is a port of
 * @param group 0 unless somebody set it
 * @param promiscuity how many ask for promiscuous mode, the user being one
 * @param alias empty text for none
 * @param parentDevice the bus address of the device behind it: {@code 0000:01:10.2}; Linux 5.14
 * @param bridgePort present on ports of a bridge
 */
public record Link(
    int index,
    String name,
    List<String> altNames,
    Optional<String> kind,
    Optional<MacAddress> mac,
    Optional<MacAddress> permanentMac,
    int mtu,
    int flags,
    Optional<Integer> parentIndex,
    Optional<Integer> parentNamespace,
    Optional<Integer> masterIndex,
    int group,
    OperState operState,
    int promiscuity,
    int txQueueLength,
    String alias,
    Optional<String> parentDevice,
    LinkDetails details,
    Optional<BridgePort> bridgePort) {

  public Link {
    altNames = List.copyOf(altNames);
  }

  public boolean isKind(String kind) {
    return this.kind.filter(kind::equals).isPresent();
  }

  /** Whether it is {@code lo}, or something like it. */
  public boolean isLoopback() {
    return has(Ifla.IFF_LOOPBACK);
  }

  /** Set administratively up. */
  public boolean isUp() {
    return has(Ifla.IFF_UP);
  }

  /** Up, and the kernel considers it able to carry frames. */
  public boolean isRunning() {
    return has(Ifla.IFF_RUNNING);
  }

  /** Has a carrier. */
  public boolean hasLowerUp() {
    return has(Ifla.IFF_LOWER_UP);
  }

  /** Whether the user asked for promiscuous mode; a bridge port is promiscuous without. */
  public boolean isPromiscuous() {
    return has(Ifla.IFF_PROMISC);
  }

  public boolean isAllMulticast() {
    return has(Ifla.IFF_ALLMULTI);
  }

  /** Its name or one of its alternative names. */
  public boolean isNamed(String name) {
    return this.name.equals(name) || altNames.contains(name);
  }

  /**
   * The index of the link that it lies on, if that is in its own namespace: the parent of a VLAN,
   * but not the far end of a veth.
   */
  public Optional<Integer> lowerIndex() {
    return isKind("veth") || parentNamespace.isPresent() ? Optional.empty() : parentIndex;
  }

  /** The macvlan mode, if it is a macvlan. */
  public Optional<MacvlanMode> macvlanMode() {
    return details instanceof LinkDetails.Macvlan macvlan ? macvlan.mode() : Optional.empty();
  }

  /** What a macvlan asked for, if it is one. */
  public Optional<Integer> macvlanBroadcastQueueLength() {
    return details instanceof LinkDetails.Macvlan macvlan
        ? macvlan.broadcastQueueLength()
        : Optional.empty();
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
