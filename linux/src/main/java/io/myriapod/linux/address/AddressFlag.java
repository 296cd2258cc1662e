package io.myriapod.linux.address;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** IFA_F_* of linux/if_addr.h, as far as they are used. */
public enum AddressFlag {
  /** Comes and goes with another address of its subnet (IPv4). */
  SECONDARY(0x01),
  /** No duplicate address detection: the address is usable at once (IPv6). */
  NODAD(0x02),
  /**
   * Usable while duplicates are still looked for, RFC 4429. The kernel drops it silently unless
   * {@code net.ipv6.conf.LINK.optimistic_dad} is 1.
   */
  OPTIMISTIC(0x04),
  /** A duplicate was found: the address is not usable. */
  DAD_FAILED(0x08),
  DEPRECATED(0x20),
  /** Duplicates are being looked for: not usable yet, unless it is optimistic too. */
  TENTATIVE(0x40),
  PERMANENT(0x80),
  /** No route to the prefix comes with the address. */
  NO_PREFIX_ROUTE(0x200);

  private final int bit;

  AddressFlag(int bit) {
    this.bit = bit;
  }

  static int bits(Collection<AddressFlag> flags) {
    return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (a, b) -> a | b);
  }

  static Set<AddressFlag> of(int bits) {
    Set<AddressFlag> flags = EnumSet.noneOf(AddressFlag.class);
    for (AddressFlag flag : values()) {
      if ((bits & flag.bit) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }
}
