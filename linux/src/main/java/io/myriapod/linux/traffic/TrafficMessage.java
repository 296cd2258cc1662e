package io.myriapod.linux.traffic;

import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * tcmsg: family u8 | pad 3 | link index i32 | handle u32 | parent u32 | info u32. linux/rtnetlink.h
 *
 * @param info of a filter: priority u16 in the upper half, protocol be16 in the lower
 */
record TrafficMessage(int linkIndex, int handle, int parent, int info) implements FamilyHeader {
  static final int BYTES = 20;

  static TrafficMessage read(ByteBuffer in) {
    return new TrafficMessage(in.getInt(4), in.getInt(8), in.getInt(12), in.getInt(16));
  }

  static int info(int priority, int protocol) {
    return priority << 16 | swapped(protocol);
  }

  int priority() {
    return info >>> 16;
  }

  int protocol() {
    return swapped(info & 0xffff);
  }

  /** Between network byte order and the machine's. */
  private static int swapped(int protocol) {
    short value = (short) protocol;
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    return Short.toUnsignedInt(little ? Short.reverseBytes(value) : value);
  }

  @Override
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(Netlink.AF_UNSPEC)
        .putInt(linkIndex)
        .putInt(handle)
        .putInt(parent)
        .putInt(info)
        .array();
  }
}
