package io.myriapod.linux.packet;

import io.myriapod.types.MacAddress;
import java.net.Inet6Address;
import java.nio.ByteBuffer;

/**
 * Unsolicited neighbour advertisement to all nodes. Shape: Ethernet(14) | IPv6(40) | ICMPv6 type
 * 136(24) | target link-layer address option(8), big-endian. RFC 4861 sections 4.4 and 7.2.6
 */
public final class NeighbourAdvertisement {
  private static final int ICMPV6 = 58;
  private static final int TYPE = 136;
  private static final int OVERRIDE = 0x20;
  private static final int TARGET_LINK_ADDRESS = 2;
  private static final int ETHERNET_BYTES = 14;
  private static final int IP_BYTES = 40;
  private static final int ICMP_BYTES = 32;
  private static final int CHECKSUM_AT = ETHERNET_BYTES + IP_BYTES + 2;
  private static final byte[] ALL_NODES_MAC = {0x33, 0x33, 0, 0, 0, 1};
  private static final byte[] ALL_NODES = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };

  private NeighbourAdvertisement() {}

  /**
   * From the address itself, to ff02::1.
   *
   * @param override neighbours shall replace what they know; false while the address is optimistic
   *     (RFC 4429 section 3.3)
   */
  public static byte[] unsolicited(MacAddress mac, Inet6Address address, boolean override) {
    byte[] source = address.getAddress();
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + IP_BYTES + ICMP_BYTES);
    frame.put(ALL_NODES_MAC).put(mac.bytes()).putShort((short) 0x86dd);
    frame.putInt(6 << 28).putShort((short) ICMP_BYTES).put((byte) ICMPV6).put((byte) 255);
    frame.put(source).put(ALL_NODES);
    frame.put((byte) TYPE).put((byte) 0).putShort((short) 0);
    frame.putInt((override ? OVERRIDE : 0) << 24).put(source);
    frame.put((byte) TARGET_LINK_ADDRESS).put((byte) 1).put(mac.bytes());
    frame.putShort(CHECKSUM_AT, checksum(frame.array()));
    return frame.array();
  }

  /**
   * Over source, destination, length and protocol as a pseudo header, and the message. RFC 8200.
   */
  private static short checksum(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    long sum = ICMP_BYTES + ICMPV6;
    int addresses = ETHERNET_BYTES + 8;
    for (int at = addresses; at < frame.length; at += 2) {
      sum += Short.toUnsignedInt(in.getShort(at));
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (short) ~sum;
  }
}
