package io.myriapod.linux.link;

import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/** A link to be created: what {@code ip link add} takes, one record per kind. */
public sealed interface LinkSpec {
  InterfaceName name();

  /** IFLA_INFO_KIND: {@code macvlan}. */
  String kind();

  /** Absent: the kernel's choice. */
  Optional<MacAddress> mac();

  /** Bytes; absent: the kernel's choice (a macvlan's is its parent's). */
  Optional<Integer> mtu();

  /** Packets; absent: the kernel's choice for the kind. */
  default Optional<Integer> txQueueLength() {
    return Optional.empty();
  }

  /** The link it is made on, one of the namespace in which the request is sent. */
  default Optional<Link> lowerLink() {
    return Optional.empty();
  }

  /** Writes what only this kind has: the content of IFLA_INFO_DATA. */
  void writeData(NetlinkRequest data);

  /**
   * A pair of virtual Ethernet links, of which this is the near end. veth(4)
   *
   * @param mtu of both ends
   */
  record Veth(InterfaceName name, Optional<MacAddress> mac, Optional<Integer> mtu, VethPeer peer)
      implements LinkSpec {

    /** A pair with both ends in the same namespace and the kernel's MACs and MTU. */
    public static Veth pair(InterfaceName name, InterfaceName peer) {
      return new Veth(name, Optional.empty(), Optional.empty(), VethPeer.named(peer));
    }

    public Veth withMac(MacAddress mac) {
      return new Veth(name, Optional.of(mac), mtu, peer);
    }

    public Veth withMtu(int mtu) {
      return new Veth(name, mac, Optional.of(mtu), peer);
    }

    public Veth withPeerMac(MacAddress peerMac) {
      return new Veth(
          name, mac, mtu, new VethPeer(peer.name(), Optional.of(peerMac), peer.namespace()));
    }

    /** The far end is made in that namespace at once, not moved there. */
    public Veth withPeerIn(LinkNamespace namespace) {
      return new Veth(
          name, mac, mtu, new VethPeer(peer.name(), peer.mac(), Optional.of(namespace)));
    }

    @Override
    public String kind() {
      return "veth";
    }

    @Override
    public void writeData(NetlinkRequest data) {
      data.nest(
          Ifla.VETH_PEER,
          nest -> {
            nest.header(IfInfo.ANY);
            peer.mac().ifPresent(mac -> nest.bytes(Ifla.ADDRESS, mac.bytes()));
            mtu.ifPresent(bytes -> nest.u32(Ifla.MTU, bytes));
            peer.namespace().ifPresent(namespace -> nest.u32(Ifla.NET_NS_FD, namespace.fd()));
            nest.string(Ifla.IFNAME, peer.name().value());
          });
    }
  }

  /**
   * The far end of a veth pair.
   *
   * @param namespace absent: the one the near end is made in
   */
  record VethPeer(InterfaceName name, Optional<MacAddress> mac, Optional<LinkNamespace> namespace) {
    static VethPeer named(InterfaceName name) {
      return new VethPeer(name, Optional.empty(), Optional.empty());
    }
  }

  /**
   * A software bridge.
   *
   * @param mtu to begin with: a bridge follows the least MTU of its ports until {@link
   *     Links#setMtu} changes it (br_mtu_auto_adjust in net/bridge/br_if.c; LinksIT shows it on
   *     Linux 6.18)
   * @param vlanFiltering absent: the kernel's default, off
   */
  record Bridge(
      InterfaceName name,
      Optional<MacAddress> mac,
      Optional<Integer> mtu,
      Optional<Boolean> vlanFiltering)
      implements LinkSpec {

    public static Bridge named(InterfaceName name) {
      return new Bridge(name, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A bridge with a MAC set explicitly keeps it; else it takes the least of its ports'. */
    public Bridge withMac(MacAddress mac) {
      return new Bridge(name, Optional.of(mac), mtu, vlanFiltering);
    }

    public Bridge withMtu(int mtu) {
      return new Bridge(name, mac, Optional.of(mtu), vlanFiltering);
    }

    public Bridge withVlanFiltering(boolean on) {
      return new Bridge(name, mac, mtu, Optional.of(on));
    }

    @Override
    public String kind() {
      return "bridge";
    }

    @Override
    public void writeData(NetlinkRequest data) {
      vlanFiltering.ifPresent(on -> data.u8(Ifla.BRIDGE_VLAN_FILTERING, on ? 1 : 0));
    }
  }

  /**
   * A link with a MAC of its own on a parent link.
   *
   * @param broadcastQueueLength absent: the kernel's default, 1000
   */
  record Macvlan(
      InterfaceName name,
      Link parent,
      MacvlanMode mode,
      Optional<MacAddress> mac,
      Optional<Integer> mtu,
      Optional<Integer> broadcastQueueLength)
      implements LinkSpec {

    /** A macvlan with the kernel's MAC and the parent's MTU. */
    public static Macvlan on(Link parent, InterfaceName name, MacvlanMode mode) {
      return new Macvlan(name, parent, mode, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Macvlan withMac(MacAddress mac) {
      return new Macvlan(name, parent, mode, Optional.of(mac), mtu, broadcastQueueLength);
    }

    public Macvlan withMtu(int mtu) {
      return new Macvlan(name, parent, mode, mac, Optional.of(mtu), broadcastQueueLength);
    }

    public Macvlan withBroadcastQueueLength(int frames) {
      return new Macvlan(name, parent, mode, mac, mtu, Optional.of(frames));
    }

    @Override
    public String kind() {
      return "macvlan";
    }

    @Override
    public Optional<Link> lowerLink() {
      return Optional.of(parent);
    }

    @Override
    public void writeData(NetlinkRequest data) {
      broadcastQueueLength.ifPresent(frames -> data.u32(Ifla.MACVLAN_BC_QUEUE_LEN, frames));
      data.u32(Ifla.MACVLAN_MODE, mode.wire());
    }
  }

  /**
   * A link that shares the MAC of its parent link and differs by its addresses. Mode and flag are
   * the parent's: they become those of every ipvlan on it.
   */
  record Ipvlan(
      InterfaceName name, Link parent, IpvlanMode mode, IpvlanFlag flag, Optional<Integer> mtu)
      implements LinkSpec {

    /** An ipvlan with the parent's MTU. */
    public static Ipvlan on(Link parent, InterfaceName name, IpvlanMode mode, IpvlanFlag flag) {
      return new Ipvlan(name, parent, mode, flag, Optional.empty());
    }

    public Ipvlan withMtu(int mtu) {
      return new Ipvlan(name, parent, mode, flag, Optional.of(mtu));
    }

    @Override
    public String kind() {
      return "ipvlan";
    }

    /** None can be chosen: the kernel gives it its parent's. */
    @Override
    public Optional<MacAddress> mac() {
      return Optional.empty();
    }

    @Override
    public Optional<Link> lowerLink() {
      return Optional.of(parent);
    }

    @Override
    public void writeData(NetlinkRequest data) {
      data.u16(Ifla.IPVLAN_MODE, mode.wire());
      data.u16(Ifla.IPVLAN_FLAGS, flag.wire());
    }
  }

  /**
   * The frames of a parent link with one tag. The parent has one VLAN of a protocol and id, in
   * whichever namespace that is.
   *
   * @param id 0 to 4094; 0 for frames that have a priority and no VLAN
   * @param mac absent: the parent's, also when that changes
   */
  record Vlan(
      InterfaceName name,
      Link parent,
      VlanProtocol protocol,
      int id,
      Optional<MacAddress> mac,
      Optional<Integer> mtu,
      VlanQos qos)
      implements LinkSpec {
    private static final int MOST = 4094;

    public Vlan {
      if (id < 0 || id > MOST) {
        throw new IllegalArgumentException("VLAN id %d: want 0 to %d".formatted(id, MOST));
      }
    }

    /** A VLAN with the parent's MAC and MTU. */
    public static Vlan on(Link parent, InterfaceName name, VlanProtocol protocol, int id) {
      return new Vlan(
          name, parent, protocol, id, Optional.empty(), Optional.empty(), VlanQos.none());
    }

    public Vlan withMac(MacAddress mac) {
      return new Vlan(name, parent, protocol, id, Optional.of(mac), mtu, qos);
    }

    public Vlan withMtu(int mtu) {
      return new Vlan(name, parent, protocol, id, mac, Optional.of(mtu), qos);
    }

    public Vlan withQos(VlanQos qos) {
      return new Vlan(name, parent, protocol, id, mac, mtu, qos);
    }

    @Override
    public String kind() {
      return "vlan";
    }

    @Override
    public Optional<Link> lowerLink() {
      return Optional.of(parent);
    }

    @Override
    public void writeData(NetlinkRequest data) {
      data.bytes(Ifla.VLAN_PROTOCOL, protocol.bytes());
      data.u16(Ifla.VLAN_ID, id);
      qos.write(data);
    }
  }

  /**
   * An intermediate functional block: what is redirected to it goes through its root discipline and
   * then back to where it was taken from. It drops everything while it is down.
   */
  record Ifb(
      InterfaceName name,
      Optional<MacAddress> mac,
      Optional<Integer> mtu,
      Optional<Integer> txQueueLength)
      implements LinkSpec {

    public static Ifb named(InterfaceName name) {
      return new Ifb(name, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Ifb withMac(MacAddress mac) {
      return new Ifb(name, Optional.of(mac), mtu, txQueueLength);
    }

    public Ifb withMtu(int mtu) {
      return new Ifb(name, mac, Optional.of(mtu), txQueueLength);
    }

    public Ifb withTxQueueLength(int packets) {
      return new Ifb(name, mac, mtu, Optional.of(packets));
    }

    @Override
    public String kind() {
      return "ifb";
    }

    @Override
    public void writeData(NetlinkRequest data) {}
  }
}
