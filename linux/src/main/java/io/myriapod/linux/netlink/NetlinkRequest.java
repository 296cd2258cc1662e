package io.myriapod.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One netlink request while it is written. Shape: nlmsghdr(16) | family header | rtattr*, each
 * padded to 4, all in the machine's byte order. linux/netlink.h, linux/rtnetlink.h
 */
public final class NetlinkRequest {
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int MOST = 0xffff; // an attribute's length is a u16
  private static final int FLAGS_AT = 6;
  private static final int SEQUENCE_AT = 8;

  private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  private NetlinkRequest() {}

  /**
   * @param type one of RTM_*, or the number of a generic family
   * @param flags NLM_F_*; NLM_F_REQUEST is always set, NLM_F_ACK and NLM_F_DUMP by the socket
   */
  public static NetlinkRequest of(int type, int flags, FamilyHeader header) {
    NetlinkRequest request = new NetlinkRequest();
    request.buffer.putInt(0).putShort((short) type);
    request.buffer.putShort((short) (flags | Netlink.NLM_F_REQUEST)).putInt(0).putInt(0);
    request.buffer.put(header.bytes());
    return request;
  }

  /** Text with its final zero byte, UTF-8; one inside would end it for the kernel: refused. */
  public NetlinkRequest string(int type, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "netlink attribute %d: text with a zero byte".formatted(type));
    }
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return bytes(type, Arrays.copyOf(text, text.length + 1));
  }

  /** Text without final zero byte: how iproute2 sends a link's kind. */
  public NetlinkRequest text(int type, String value) {
    return bytes(type, value.getBytes(StandardCharsets.UTF_8));
  }

  public NetlinkRequest u8(int type, int value) {
    return bytes(type, new byte[] {(byte) value});
  }

  public NetlinkRequest u16(int type, int value) {
    return attribute(type, () -> room(2).putShort((short) value));
  }

  public NetlinkRequest u32(int type, int value) {
    return attribute(type, () -> room(4).putInt(value));
  }

  public NetlinkRequest u64(int type, long value) {
    return attribute(type, () -> room(8).putLong(value));
  }

  /** Bytes as they are: hardware and network addresses, structs. */
  public NetlinkRequest bytes(int type, byte[] value) {
    return attribute(type, () -> room(value.length).put(value));
  }

  /** An attribute that holds what the body writes; give NLA_F_NESTED with the type if wanted. */
  public NetlinkRequest nest(int type, Consumer<NetlinkRequest> body) {
    return attribute(type, () -> body.accept(this));
  }

  /** A fixed struct inside a nest, before its attributes: the ifinfomsg of a veth's peer. */
  public NetlinkRequest header(FamilyHeader header) {
    byte[] bytes = header.bytes();
    room(bytes.length).put(bytes);
    return this;
  }

  private NetlinkRequest attribute(int type, Runnable body) {
    room(ATTRIBUTE_HEADER);
    int start = buffer.position();
    buffer.putShort((short) 0).putShort((short) type);
    body.run();
    int length = buffer.position() - start;
    if (length > MOST) {
      throw new IllegalArgumentException(
          "netlink attribute %d of %d bytes: want at most %d".formatted(type, length, MOST));
    }
    buffer.putShort(start, (short) length); // the length excludes the padding
    while (buffer.position() % 4 != 0) {
      room(1).put((byte) 0);
    }
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()).put(buffer.flip());
    }
    return buffer;
  }

  /** The finished message with more flags and its sequence number. May be called again. */
  byte[] encode(int moreFlags, int sequence) {
    byte[] message = Arrays.copyOf(buffer.array(), buffer.position());
    ByteBuffer view = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    view.putInt(0, message.length);
    view.putShort(FLAGS_AT, (short) (view.getShort(FLAGS_AT) | moreFlags));
    view.putInt(SEQUENCE_AT, sequence);
    return message;
  }
}
