package io.myriapod.linux.link;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.types.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The virtual functions in the RTM_NEWLINK of a physical one: IFLA_VFINFO_LIST { IFLA_VF_INFO {
 * IFLA_VF_MAC, IFLA_VF_VLAN_LIST … }* }. Each inner struct begins with the number of the function,
 * which is not its place in the list. linux/if_link.h
 *
 * <p>The length of an attribute has 16 bits, and the kernel lets that of a list of some hundred
 * functions overflow (https://github.com/vishvananda/netlink/issues/960). So the list's own length
 * is not believed: it goes on as long as one IFLA_VF_INFO follows the other.
 */
final class VfDecoder {
  private static final int HEADER = 4;
  private static final int TYPE_MASK = 0x3fff;
  private static final int UNKNOWN = -1;

  private VfDecoder() {}

  /** By the number of the function; empty if the link has none or the kernel did not say. */
  static Map<Integer, VfState> decode(NetlinkMessage message) {
    return decode(message, (index, one) -> Optional.of(state(index, one)));
  }

  /** What went through each that the driver counts for; empty unless they were asked for. */
  static Map<Integer, Counters> counters(NetlinkMessage message) {
    return decode(message, (index, one) -> Counters.ofFunction(one));
  }

  private static <T> Map<Integer, T> decode(
      NetlinkMessage message, BiFunction<Integer, Attributes, Optional<T>> reader) {
    Map<Integer, T> found = new TreeMap<>();
    ByteBuffer in = message.payload().duplicate().order(ByteOrder.nativeOrder());
    if (in.limit() < IfInfo.BYTES) {
      return found;
    }
    in.position(IfInfo.BYTES);
    while (in.remaining() >= HEADER) {
      int length = length(in);
      if (type(in) == Ifla.VFINFO_LIST) {
        in.position(in.position() + HEADER);
        readAll(
            in,
            (index, one) -> reader.apply(index, one).ifPresent(value -> found.put(index, value)));
        return found;
      }
      if (length < HEADER || length > in.remaining()) {
        return found;
      }
      skip(in, length);
    }
    return found;
  }

  private static void readAll(ByteBuffer in, BiConsumer<Integer, Attributes> reader) {
    while (in.remaining() >= HEADER && type(in) == Ifla.VF_INFO) {
      int length = length(in);
      if (length < HEADER || length > in.remaining()) {
        return;
      }
      Attributes one =
          Attributes.of(
              in.slice(in.position() + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
      index(one).ifPresent(index -> reader.accept(index, one));
      skip(in, length);
    }
  }

  private static int length(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort(in.position()));
  }

  private static int type(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort(in.position() + 2)) & TYPE_MASK;
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(Math.min(in.position() + (length + 3) / 4 * 4, in.limit()));
  }

  private static Optional<Integer> index(Attributes one) {
    return one.u32(Ifla.VF_MAC).or(() -> one.u32(Ifla.VF_RATE)).or(() -> one.u32(Ifla.VF_TRUST));
  }

  private static VfState state(int index, Attributes one) {
    return new VfState(
        index,
        mac(one),
        vlan(one),
        number(one, Ifla.VF_SPOOFCHK, 1).map(value -> value != 0),
        number(one, Ifla.VF_TRUST, 1).map(value -> value != 0),
        number(one, Ifla.VF_RATE, 1)
            .map(min -> new VfRate(min, number(one, Ifla.VF_RATE, 2).orElse(0))),
        number(one, Ifla.VF_LINK_STATE, 1).flatMap(VfLinkState::of));
  }

  /** ifla_vf_mac: vf u32 | mac[32]. */
  private static Optional<MacAddress> mac(Attributes one) {
    return one.bytes(Ifla.VF_MAC)
        .filter(bytes -> bytes.length >= HEADER + MacAddress.BYTES)
        .map(bytes -> MacAddress.of(Arrays.copyOfRange(bytes, HEADER, HEADER + MacAddress.BYTES)));
  }

  /** ifla_vf_vlan_info: vf u32 | vlan u32 | qos u32 | proto be16; before, ifla_vf_vlan without. */
  private static Optional<VfVlan> vlan(Attributes one) {
    Optional<VfVlan> listed =
        one.nested(Ifla.VF_VLAN_LIST)
            .bytes(Ifla.VF_VLAN_INFO)
            .filter(bytes -> bytes.length >= 14)
            .map(VfDecoder::vlan);
    return listed.or(
        () ->
            number(one, Ifla.VF_VLAN, 1)
                .map(id -> new VfVlan(id, number(one, Ifla.VF_VLAN, 2).orElse(0), VfVlan.DOT1Q)));
  }

  private static VfVlan vlan(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int id = in.getInt(4);
    int qos = in.getInt(8);
    int protocol = Short.toUnsignedInt(in.order(ByteOrder.BIG_ENDIAN).getShort(12));
    return new VfVlan(id, qos, protocol);
  }

  /** A u32 of a struct; -1 is a driver's way to say that it has no value. */
  private static Optional<Integer> number(Attributes one, int type, int place) {
    return one.bytes(type)
        .filter(bytes -> bytes.length >= 4 * (place + 1))
        .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(4 * place))
        .filter(value -> value != UNKNOWN);
  }
}
