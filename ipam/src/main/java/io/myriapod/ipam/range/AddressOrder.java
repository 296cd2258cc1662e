package io.myriapod.ipam.range;

import io.myriapod.types.IpAddresses;
import java.math.BigInteger;
import java.net.InetAddress;

/** Addresses of one family as the numbers they are, so that a range can be walked and counted. */
public final class AddressOrder {
  private AddressOrder() {}

  /** The address as an unsigned number, network byte order. */
  public static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  /**
   * The address of that number.
   *
   * @param bits 32 or 128
   * @throws IllegalArgumentException if the number needs more bits
   */
  public static InetAddress address(BigInteger number, int bits) {
    if (number.signum() < 0 || number.bitLength() > bits) {
      throw new IllegalArgumentException(
          "address number %s: want at most %d bits".formatted(number, bits));
    }
    byte[] bytes = new byte[bits / 8];
    byte[] digits = number.toByteArray();
    int length = Math.min(digits.length, bytes.length);
    System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
    return IpAddresses.of(bytes);
  }

  static InetAddress plus(InetAddress address, long step) {
    return address(number(address).add(BigInteger.valueOf(step)), IpAddresses.bits(address));
  }

  static int compare(InetAddress left, InetAddress right) {
    return number(left).compareTo(number(right));
  }
}
