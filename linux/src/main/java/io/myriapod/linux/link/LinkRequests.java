package io.myriapod.linux.link;

import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rtnetlink requests about links, as bytes; the same that iproute2 sends for the same. */
final class LinkRequests {
  private static final int AF_BRIDGE = 7;
  private static final int BRIDGE_VLAN_INFO_PVID = 2;
  private static final int BRIDGE_VLAN_INFO_UNTAGGED = 4;

  private LinkRequests() {}

  /** RTM_NEWLINK that makes the link, in the target namespace at once if one is given. */
  static NetlinkRequest create(LinkSpec spec, Optional<LinkNamespace> target) {
    NetlinkRequest request =
        NetlinkRequest.of(
            Netlink.RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, IfInfo.ANY);
    spec.mac().ifPresent(mac -> request.bytes(Ifla.ADDRESS, mac.bytes()));
    spec.mtu().ifPresent(mtu -> request.u32(Ifla.MTU, mtu));
    target.ifPresent(namespace -> request.u32(Ifla.NET_NS_FD, namespace.fd()));
    spec.txQueueLength().ifPresent(packets -> request.u32(Ifla.TXQLEN, packets));
    spec.lowerLink().ifPresent(link -> request.u32(Ifla.LINK, link.index()));
    request.string(Ifla.IFNAME, spec.name().value());
    return request.nest(
        Ifla.LINKINFO,
        info -> info.text(Ifla.INFO_KIND, spec.kind()).nest(Ifla.INFO_DATA, spec::writeData));
  }

  /** Whether the kernel would take it for a name: 1 to 127 bytes, none of them zero. */
  static boolean mayBeName(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes > 0 && bytes <= Ifla.ALT_NAME_BYTES && text.indexOf('\0') < 0;
  }

  /** RTM_GETLINK by name or alternative name. */
  static NetlinkRequest get(String name) {
    boolean isShort = name.getBytes(StandardCharsets.UTF_8).length <= Ifla.NAME_BYTES;
    return NetlinkRequest.of(Netlink.RTM_GETLINK, 0, IfInfo.ANY)
        .string(isShort ? Ifla.IFNAME : Ifla.ALT_IFNAME, name)
        .u32(Ifla.EXT_MASK, Ifla.RTEXT_FILTER_SKIP_STATS);
  }

  /** RTM_GETLINK by index; 0 for a dump of all. */
  static NetlinkRequest get(int index) {
    return NetlinkRequest.of(Netlink.RTM_GETLINK, 0, IfInfo.of(index))
        .u32(Ifla.EXT_MASK, Ifla.RTEXT_FILTER_SKIP_STATS);
  }

  /** RTM_NEWLINK (without CREATE) of one link; the caller adds what is to be changed. */
  static NetlinkRequest change(int index) {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(index));
  }

  /** RTM_NEWLINK (without CREATE) that sets or clears IFF_* flags. */
  static NetlinkRequest flags(int index, int flag, boolean on) {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.flags(index, on ? flag : 0, flag));
  }

  /** RTM_NEWLINK (without CREATE) that sets one u8 of a bridge port. */
  static NetlinkRequest bridgePort(int index, int attribute, boolean on) {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(index))
        .nest(
            Ifla.LINKINFO,
            info ->
                info.text(Ifla.INFO_KIND, "bridge_slave")
                    .nest(Ifla.INFO_SLAVE_DATA, data -> data.u8(attribute, on ? 1 : 0)));
  }

  /**
   * RTM_SETLINK or RTM_DELLINK of a VLAN of a bridge port: family AF_BRIDGE, IFLA_AF_SPEC {
   * IFLA_BRIDGE_VLAN_INFO: flags u16 | id u16 }. linux/if_bridge.h
   */
  static NetlinkRequest portVlan(int type, int index, int vlan, boolean untagged) {
    int flags = untagged ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0;
    byte[] info =
        ByteBuffer.allocate(4)
            .order(ByteOrder.nativeOrder())
            .putShort((short) flags)
            .putShort((short) vlan)
            .array();
    return NetlinkRequest.of(type, 0, new IfInfo(AF_BRIDGE, 0, index, 0, 0))
        .nest(Ifla.AF_SPEC, spec -> spec.bytes(Ifla.BRIDGE_VLAN_INFO, info));
  }

  /** RTM_NEWLINKPROP or RTM_DELLINKPROP with one alternative name. */
  static NetlinkRequest altName(int type, int index, String name) {
    int flags =
        type == Netlink.RTM_NEWLINKPROP
            ? Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL | Netlink.NLM_F_APPEND
            : 0;
    return NetlinkRequest.of(type, flags, IfInfo.of(index))
        .nest(Ifla.PROP_LIST | Netlink.NLA_F_NESTED, list -> list.string(Ifla.ALT_IFNAME, name));
  }

  /** RTM_DELLINK of one link. */
  static NetlinkRequest delete(int index) {
    return NetlinkRequest.of(Netlink.RTM_DELLINK, 0, IfInfo.of(index));
  }

  /** RTM_DELLINK of every link of the group in the socket's namespace. */
  static NetlinkRequest deleteGroup(int group) {
    if (group == 0) {
      throw new IllegalArgumentException("delete link group 0: every link is in it by default");
    }
    return NetlinkRequest.of(Netlink.RTM_DELLINK, 0, IfInfo.ANY).u32(Ifla.GROUP, group);
  }

  /** RTM_NEWLINK: IFLA_NET_NS_FD and what the link is to be there. */
  static NetlinkRequest move(int index, LinkNamespace target, Arrival arrival) {
    NetlinkRequest request =
        change(index).u32(Ifla.NET_NS_FD, target.fd()).string(Ifla.IFNAME, arrival.name().value());
    arrival.mac().ifPresent(mac -> request.bytes(Ifla.ADDRESS, mac.bytes()));
    arrival.mtu().ifPresent(mtu -> request.u32(Ifla.MTU, mtu));
    return request;
  }
}
