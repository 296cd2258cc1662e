package io.myriapod.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message as received.
 *
 * @param payload what follows the nlmsghdr, in the machine's byte order, from position 0
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {

  /** The attributes behind a family header of that size. */
  public Attributes attributes(int headerBytes) {
    if (payload.limit() < headerBytes) {
      return Attributes.of(ByteBuffer.allocate(0));
    }
    return Attributes.of(payload.duplicate().position(headerBytes));
  }

  /** All messages of a datagram; a cut-off last one is left out. */
  static List<NetlinkMessage> all(byte[] datagram) {
    ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    while (in.remaining() >= Netlink.HEADER_BYTES) {
      int start = in.position();
      int length = in.getInt();
      if (length < Netlink.HEADER_BYTES || length > in.limit() - start) {
        break;
      }
      int type = Short.toUnsignedInt(in.getShort());
      int flags = Short.toUnsignedInt(in.getShort());
      int sequence = in.getInt();
      ByteBuffer payload =
          in.slice(start + Netlink.HEADER_BYTES, length - Netlink.HEADER_BYTES)
              .order(ByteOrder.nativeOrder());
      messages.add(new NetlinkMessage(type, flags, sequence, payload));
      in.position((int) Math.min((start + (long) length + 3) / 4 * 4, in.limit()));
    }
    return messages;
  }
}
