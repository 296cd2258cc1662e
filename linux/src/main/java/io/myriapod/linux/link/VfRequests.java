package io.myriapod.linux.link;

import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * RTM_SETLINK on a physical function, about one of its virtual ones: IFLA_VFINFO_LIST {
 * IFLA_VF_INFO { one attribute } }. One attribute a message: of several the kernel applies those
 * before the first that is refused, and leaves them applied.
 */
final class VfRequests {
  private static final int MAC_ROOM = 32;

  private VfRequests() {}

  /** RTM_GETLINK with the virtual functions, without their statistics. */
  static NetlinkRequest get(int physical) {
    return NetlinkRequest.of(Netlink.RTM_GETLINK, 0, IfInfo.of(physical))
        .u32(Ifla.EXT_MASK, Ifla.RTEXT_FILTER_VF | Ifla.RTEXT_FILTER_SKIP_STATS);
  }

  /** RTM_GETLINK with the virtual functions and their statistics. */
  static NetlinkRequest getCounters(int physical) {
    return NetlinkRequest.of(Netlink.RTM_GETLINK, 0, IfInfo.of(physical))
        .u32(Ifla.EXT_MASK, Ifla.RTEXT_FILTER_VF);
  }

  static NetlinkRequest mac(int physical, int index, MacAddress mac) {
    byte[] room = Arrays.copyOf(mac.bytes(), MAC_ROOM);
    byte[] value =
        ByteBuffer.allocate(4 + MAC_ROOM)
            .order(ByteOrder.nativeOrder())
            .putInt(index)
            .put(room)
            .array();
    return about(physical, info -> info.bytes(Ifla.VF_MAC, value));
  }

  static NetlinkRequest vlan(int physical, int index, VfVlan vlan) {
    byte[] value =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putInt(index)
            .putInt(vlan.id())
            .putInt(vlan.qos())
            .order(ByteOrder.BIG_ENDIAN)
            .putShort((short) vlan.protocol())
            .array();
    return about(
        physical,
        info -> info.nest(Ifla.VF_VLAN_LIST, list -> list.bytes(Ifla.VF_VLAN_INFO, value)));
  }

  /** IFLA_VF_SPOOFCHK, IFLA_VF_TRUST or IFLA_VF_LINK_STATE: vf u32 | setting u32. */
  static NetlinkRequest setting(int physical, int index, int type, int setting) {
    return numbers(physical, type, index, setting);
  }

  /** IFLA_VF_RATE: vf u32 | min u32 | max u32. */
  static NetlinkRequest rate(int physical, int index, VfRate rate) {
    return numbers(physical, Ifla.VF_RATE, index, rate.min(), rate.max());
  }

  private static NetlinkRequest numbers(int physical, int type, int... numbers) {
    ByteBuffer value = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.nativeOrder());
    Arrays.stream(numbers).forEach(value::putInt);
    return about(physical, info -> info.bytes(type, value.array()));
  }

  private static NetlinkRequest about(int physical, Consumer<NetlinkRequest> attribute) {
    return NetlinkRequest.of(Netlink.RTM_SETLINK, 0, IfInfo.of(physical))
        .nest(Ifla.VFINFO_LIST, list -> list.nest(Ifla.VF_INFO, attribute));
  }
}
