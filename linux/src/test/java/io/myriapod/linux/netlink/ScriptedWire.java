package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A kernel that answers what it was told to, whatever is asked. */
final class ScriptedWire implements Wire {
  final List<byte[]> sent = new ArrayList<>();
  private final Deque<byte[]> answers = new ArrayDeque<>();

  ScriptedWire answer(byte[]... messages) {
    ByteBuffer datagram =
        ByteBuffer.allocate(Arrays.stream(messages).mapToInt(m -> m.length).sum());
    Arrays.stream(messages).forEach(datagram::put);
    answers.add(datagram.array());
    return this;
  }

  static byte[] message(int type, int flags, int sequence, byte[] payload) {
    return ByteBuffer.allocate(16 + payload.length)
        .order(ByteOrder.nativeOrder())
        .putInt(16 + payload.length)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(sequence)
        .putInt(0)
        .put(payload)
        .array();
  }

  /** NLMSG_ERROR, capped, with an ext-ack text if it is not empty. */
  static byte[] acknowledgement(int sequence, int errno, String text) {
    int padded = (text.length() + 1 + 3) / 4 * 4;
    ByteBuffer payload =
        ByteBuffer.allocate(20 + (text.isEmpty() ? 0 : 4 + padded)).order(ByteOrder.nativeOrder());
    payload.putInt(-errno).position(20);
    if (!text.isEmpty()) {
      payload.putShort((short) (4 + text.length() + 1)).putShort((short) 1).put(text.getBytes());
    }
    int flags = Netlink.NLM_F_CAPPED | (text.isEmpty() ? 0 : Netlink.NLM_F_ACK_TLVS);
    return message(Netlink.NLMSG_ERROR, flags, sequence, payload.array());
  }

  static byte[] done(int sequence) {
    return message(Netlink.NLMSG_DONE, Netlink.NLM_F_MULTI, sequence, new byte[4]);
  }

  @Override
  public void send(String call, byte[] message) {
    sent.add(message);
  }

  @Override
  public byte[] receive(String call, int room) {
    if (answers.isEmpty()) {
      throw new ErrnoException(call, Errno.EAGAIN);
    }
    return answers.remove();
  }

  @Override
  public long namespaceCookie() {
    return 1;
  }

  @Override
  public void close() {}
}
