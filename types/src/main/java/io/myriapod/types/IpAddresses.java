package io.myriapod.types;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses as literals: read without ever asking a name server, written as the kernel does. */
public final class IpAddresses {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  private IpAddresses() {}

  /**
   * Reads an IPv4 dotted quad or an IPv6 literal without zone. An IPv4-mapped IPv6 literal gives
   * the IPv4 address, as Go's {@code net.ParseIP} and {@link InetAddress} have it.
   *
   * @throws IllegalArgumentException that shows the text
   */
  public static InetAddress parse(String text) {
    boolean literal =
        V4.matcher(text).matches() || (text.indexOf(':') >= 0 && V6.matcher(text).matches());
    if (literal) {
      try {
        return InetAddress.getByName(text);
      } catch (UnknownHostException e) {
        // falls through: the form looked right, a part of it was out of range
      }
    }
    throw new IllegalArgumentException(
        "IP address %s: want a literal such as \"10.1.2.3\" or \"fd00::3\""
            .formatted(Quoted.shortened(text)));
  }

  /** The address of these 4 or 16 bytes; never the IPv4-mapped form. */
  public static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "IP address of %d bytes: want 4 or 16".formatted(bytes.length), e);
    }
  }

  /** Whether the address is IPv6. */
  public static boolean isV6(InetAddress address) {
    return address instanceof Inet6Address;
  }

  /** Bits in an address of that family: 32 or 128. */
  public static int bits(InetAddress address) {
    return address instanceof Inet4Address ? 32 : 128;
  }

  /**
   * RFC 5952 text: lower case, the longest run of zero groups as {@code ::}; dotted quad for IPv4.
   */
  public static String format(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    return format(groups);
  }

  private static String format(int[] groups) {
    int start = -1;
    int length = 1; // a single zero group is not shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
