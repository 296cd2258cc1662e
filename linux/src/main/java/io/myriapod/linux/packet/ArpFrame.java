package io.myriapod.linux.packet;

import io.myriapod.types.MacAddress;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * Gratuitous ARP. Shape: Ethernet(14) | ARP(28), big-endian: hardware 1, protocol 0x0800, lengths 6
 * and 4, operation, sender MAC and IP, target MAC and IP. RFC 826, RFC 5227 section 3
 */
public final class ArpFrame {
  private static final int BYTES = 42;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int REQUEST = 1;
  private static final int REPLY = 2;
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
  private static final byte[] NOBODY = new byte[MacAddress.BYTES];

  private ArpFrame() {}

  /** An announcement (RFC 5227): a broadcast request for one's own address. */
  public static byte[] announcement(MacAddress mac, Inet4Address address) {
    return frame(REQUEST, mac, address, NOBODY);
  }

  /** The same as a reply, for neighbours that learn from replies alone. */
  public static byte[] gratuitousReply(MacAddress mac, Inet4Address address) {
    return frame(REPLY, mac, address, BROADCAST);
  }

  private static byte[] frame(
      int operation, MacAddress mac, Inet4Address address, byte[] targetMac) {
    return ByteBuffer.allocate(BYTES)
        .put(BROADCAST)
        .put(mac.bytes())
        .putShort((short) ETHERTYPE_ARP)
        .putShort((short) 1)
        .putShort((short) 0x0800)
        .put((byte) MacAddress.BYTES)
        .put((byte) 4)
        .putShort((short) operation)
        .put(mac.bytes())
        .put(address.getAddress())
        .put(targetMac)
        .put(address.getAddress())
        .array();
  }
}
