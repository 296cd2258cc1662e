package io.myriapod.types;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * An IP address with a prefix length: {@code 10.1.2.3/24}. Host bits are kept; {@link #network()}
 * clears them.
 */
public record IpPrefix(InetAddress address, int length) {

  /** Throws {@link IllegalArgumentException} if the length is not within the family's bits. */
  public IpPrefix {
    if (length < 0 || length > IpAddresses.bits(address)) {
      throw new IllegalArgumentException(
          "prefix length %d of %s: want 0 to %d"
              .formatted(length, IpAddresses.format(address), IpAddresses.bits(address)));
    }
  }

  /**
   * Reads {@code ADDRESS/LENGTH}.
   *
   * @throws IllegalArgumentException that shows the text
   */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash > 0 && text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
      return new IpPrefix(
          IpAddresses.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }
    throw new IllegalArgumentException(
        "IP prefix %s: want an address and a length such as \"10.1.2.0/24\""
            .formatted(Quoted.shortened(text)));
  }

  /** The prefix that holds this one address alone. */
  public static IpPrefix host(InetAddress address) {
    return new IpPrefix(address, IpAddresses.bits(address));
  }

  /** The same prefix with every host bit cleared. */
  public IpPrefix network() {
    byte[] bytes = address.getAddress();
    for (int bit = length; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return new IpPrefix(IpAddresses.of(bytes), length);
  }

  /** Whether the other address lies in it; false across families. */
  public boolean contains(InetAddress other) {
    int bits = IpAddresses.bits(address);
    if (IpAddresses.bits(other) != bits) {
      return false;
    }
    int hostBits = bits - length;
    return new BigInteger(1, address.getAddress())
        .shiftRight(hostBits)
        .equals(new BigInteger(1, other.getAddress()).shiftRight(hostBits));
  }

  /** Whether the two share an address. */
  public boolean overlaps(IpPrefix other) {
    return contains(other.network().address) || other.contains(network().address);
  }

  /** Whether it is IPv6. */
  public boolean isV6() {
    return IpAddresses.isV6(address);
  }

  @Override
  public String toString() {
    return IpAddresses.format(address) + "/" + length;
  }
}
