package io.myriapod.linux.link;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/** RTM_NEWLINK and RTM_DELLINK messages as links: ifinfomsg | IFLA_* attributes. */
public final class LinkDecoder {
  private LinkDecoder() {}

  /** The link of such a message. */
  public static Link decode(NetlinkMessage message) {
    IfInfo header = IfInfo.read(message.payload());
    Attributes attributes = message.attributes(IfInfo.BYTES);
    Attributes info = attributes.nested(Ifla.LINKINFO);
    Optional<String> kind = info.string(Ifla.INFO_KIND);
    return new Link(
        header.index(),
        attributes.string(Ifla.IFNAME).orElse(""),
        attributes.nested(Ifla.PROP_LIST).strings(Ifla.ALT_IFNAME),
        kind,
        mac(attributes, Ifla.ADDRESS),
        mac(attributes, Ifla.PERM_ADDRESS),
        attributes.u32(Ifla.MTU).orElse(0),
        header.flags(),
        attributes.u32(Ifla.LINK).filter(index -> index != 0),
        attributes.u32(Ifla.LINK_NETNSID),
        attributes.u32(Ifla.MASTER).filter(index -> index != 0),
        attributes.u32(Ifla.GROUP).orElse(0),
        OperState.of(attributes.u8(Ifla.OPERSTATE).orElse(0)),
        attributes.u32(Ifla.PROMISCUITY).orElse(0),
        attributes.u32(Ifla.TXQLEN).orElse(0),
        attributes.string(Ifla.IFALIAS).orElse(""),
        attributes.string(Ifla.PARENT_DEV_NAME),
        details(kind.orElse(""), info.nested(Ifla.INFO_DATA)),
        bridgePort(info));
  }

  private static Optional<MacAddress> mac(Attributes attributes, int type) {
    return attributes
        .bytes(type)
        .filter(bytes -> bytes.length == MacAddress.BYTES)
        .map(MacAddress::of);
  }

  private static LinkDetails details(String kind, Attributes data) {
    return switch (kind) {
      case "macvlan", "macvtap" ->
          new LinkDetails.Macvlan(
              data.u32(Ifla.MACVLAN_MODE).flatMap(MacvlanMode::of),
              data.u32(Ifla.MACVLAN_BC_QUEUE_LEN));
      case "ipvlan", "ipvtap" ->
          new LinkDetails.Ipvlan(
              data.u16(Ifla.IPVLAN_MODE).flatMap(IpvlanMode::of),
              data.u16(Ifla.IPVLAN_FLAGS).flatMap(IpvlanFlag::of));
      case "vlan" ->
          new LinkDetails.Vlan(
              data.u16(Ifla.VLAN_ID).orElse(0),
              data.bytes(Ifla.VLAN_PROTOCOL).flatMap(VlanProtocol::of),
              VlanQos.read(data));
      case "bridge" ->
          new LinkDetails.Bridge(
              data.u8(Ifla.BRIDGE_VLAN_FILTERING).orElse(0) != 0,
              data.u32(Ifla.BRIDGE_STP_STATE).orElse(0) != 0,
              data.u8(Ifla.BRIDGE_MCAST_SNOOPING).orElse(0) != 0,
              data.u16(Ifla.BRIDGE_VLAN_DEFAULT_PVID).orElse(0));
      default -> new LinkDetails.Plain();
    };
  }

  private static Optional<BridgePort> bridgePort(Attributes info) {
    if (!info.string(Ifla.INFO_SLAVE_KIND).equals(Optional.of("bridge"))) {
      return Optional.empty();
    }
    Attributes port = info.nested(Ifla.INFO_SLAVE_DATA);
    return Optional.of(
        new BridgePort(
            port.u8(Ifla.PORT_HAIRPIN).orElse(0) != 0,
            port.u8(Ifla.PORT_ISOLATED).orElse(0) != 0,
            port.u8(Ifla.PORT_LEARNING).orElse(0) != 0));
  }
}
