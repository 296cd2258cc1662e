package io.myriapod.linux.address;

import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;

/** The link-local address that the kernel makes of a MAC address. RFC 4291, appendix A. */
public final class LinkLocal {
  private static final int UNIVERSAL_LOCAL = 0x02;

  private LinkLocal() {}

  /** fe80::/64 with the modified EUI-64 of the address. */
  public static IpPrefix of(MacAddress mac) {
    byte[] six = mac.bytes();
    byte[] address = new byte[16];
    address[0] = (byte) 0xfe;
    address[1] = (byte) 0x80;
    System.arraycopy(six, 0, address, 8, 3);
    address[8] ^= UNIVERSAL_LOCAL;
    address[11] = (byte) 0xff;
    address[12] = (byte) 0xfe;
    System.arraycopy(six, 3, address, 13, 3);
    return new IpPrefix(IpAddresses.of(address), 64);
  }
}
