package io.myriapod.linux.netlink;

import java.util.HexFormat;

/** Requests as hexadecimal text, sixteen bytes a line as strace shows them, for golden frames. */
public final class Frames {
  private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

  private Frames() {}

  /** As it goes out with NLM_F_ACK; sequence number 0. */
  public static String acknowledged(NetlinkRequest request) {
    return lines(request.encode(Netlink.NLM_F_ACK, 0));
  }

  public static String lines(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 16) {
      text.append(SPACED.formatHex(bytes, at, Math.min(at + 16, bytes.length))).append('\n');
    }
    return text.toString();
  }

  public static byte[] bytes(String lines) {
    return HexFormat.of().parseHex(lines.replaceAll("\\s+", ""));
  }

  /** A message as the kernel would send it. */
  public static NetlinkMessage message(String lines) {
    return NetlinkMessage.all(bytes(lines)).get(0);
  }

  /** What a request looks like to a reader: for round trips through encoder and decoder. */
  public static NetlinkMessage message(NetlinkRequest request) {
    return NetlinkMessage.all(request.encode(0, 1)).get(0);
  }
}
