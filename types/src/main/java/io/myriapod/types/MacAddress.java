package io.myriapod.types;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** An Ethernet hardware address: six bytes, written {@code 02:00:5e:10:00:01}. */
public final class MacAddress {
  /** Bytes in an address. ETH_ALEN in linux/if_ether.h */
  public static final int BYTES = 6;

  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(\\1[0-9a-fA-F]{2}){4}");
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  private MacAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads six hexadecimal pairs parted by colons or dashes, upper or lower case.
   *
   * @throws IllegalArgumentException that shows the text
   */
  public static MacAddress parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "MAC address %s: want six hexadecimal pairs such as \"02:00:5e:10:00:01\""
              .formatted(Quoted.shortened(text)));
    }
    return new MacAddress(COLONS.parseHex(text.replace('-', ':')));
  }

  /**
   * Takes the six bytes as they lie on the wire.
   *
   * @throws IllegalArgumentException if there are not six
   */
  public static MacAddress of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("MAC address of %d bytes: want 6".formatted(bytes.length));
    }
    return new MacAddress(bytes.clone());
  }

  /** A fresh unicast, locally administered address, as the kernel's eth_random_addr makes them. */
  public static MacAddress random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    bytes[0] = (byte) ((bytes[0] & 0xfe) | 0x02);
    return new MacAddress(bytes);
  }

  /** A copy of the six bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether an interface may carry it: not multicast and not all zero. is_valid_ether_addr. */
  public boolean isAssignable() {
    return (bytes[0] & 1) == 0 && !Arrays.equals(bytes, new byte[BYTES]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MacAddress mac && Arrays.equals(bytes, mac.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return COLONS.formatHex(bytes);
  }
}
