package io.myriapod.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * ifinfomsg: family u8 | pad u8 | type u16 | index i32 | flags u32 | change u32. linux/rtnetlink.h
 *
 * @param index 0 if the link is named otherwise or does not exist yet
 * @param change which bits of {@code flags} are meant
 */
public record IfInfo(int family, int type, int index, int flags, int change)
    implements FamilyHeader {
  /** Bytes of the struct. */
  public static final int BYTES = 16;

  /** No link in particular. */
  public static final IfInfo ANY = of(0);

  public static IfInfo of(int index) {
    return new IfInfo(Netlink.AF_UNSPEC, 0, index, 0, 0);
  }

  /** The link with these flags set or cleared. */
  public static IfInfo flags(int index, int flags, int change) {
    return new IfInfo(Netlink.AF_UNSPEC, 0, index, flags, change);
  }

  /** Reads the struct at the start of a message's payload. */
  public static IfInfo read(ByteBuffer in) {
    return new IfInfo(
        Byte.toUnsignedInt(in.get(0)),
        Short.toUnsignedInt(in.getShort(2)),
        in.getInt(4),
        in.getInt(8),
        in.getInt(12));
  }

  @Override
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.nativeOrder())
        .put((byte) family)
        .put((byte) 0)
        .putShort((short) type)
        .putInt(index)
        .putInt(flags)
        .putInt(change)
        .array();
  }
}
