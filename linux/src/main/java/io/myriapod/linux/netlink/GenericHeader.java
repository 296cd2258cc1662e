package io.myriapod.linux.netlink;

/**
 * genlmsghdr: command u8 | version u8 | reserved u16. linux/genetlink.h
 *
 * @param command a number of the family's own
 */
public record GenericHeader(int command, int version) implements FamilyHeader {
  /** Bytes of the struct. */
  public static final int BYTES = 4;

  @Override
  public byte[] bytes() {
    return new byte[] {(byte) command, (byte) version, 0, 0};
  }
}
