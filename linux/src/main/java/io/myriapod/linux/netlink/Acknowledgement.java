package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The payload of NLMSG_ERROR and NLMSG_DONE: error i32, and for an error the request's header (and,
 * unless NLM_F_CAPPED, its payload), then attributes if NLM_F_ACK_TLVS is set.
 *
 * @param errno 0 if the request was carried out
 * @param text the kernel's words, or empty
 */
record Acknowledgement(int errno, String text) {

  static Acknowledgement of(NetlinkMessage message) {
    ByteBuffer payload = message.payload();
    if (payload.limit() < 4) {
      return new Acknowledgement(0, "");
    }
    int errno = -payload.getInt(0);
    if ((message.flags() & Netlink.NLM_F_ACK_TLVS) == 0) {
      return new Acknowledgement(errno, "");
    }
    int at = 4;
    if (message.type() == Netlink.NLMSG_ERROR) {
      boolean capped = (message.flags() & Netlink.NLM_F_CAPPED) != 0;
      at += capped ? Netlink.HEADER_BYTES : requestLength(payload);
    }
    return new Acknowledgement(
        errno, message.attributes(at).string(Netlink.NLMSGERR_ATTR_MSG).orElse(""));
  }

  private static int requestLength(ByteBuffer payload) {
    boolean there = payload.limit() >= 4 + Netlink.HEADER_BYTES;
    int length = there ? payload.order(ByteOrder.nativeOrder()).getInt(4) : payload.limit() - 4;
    return Math.max(0, Math.min((length + 3) / 4 * 4, payload.limit() - 4));
  }

  void throwIfRefused(String call) {
    if (errno != 0) {
      throw new ErrnoException(call, errno, text);
    }
  }
}
