package io.myriapod.ipam.link;

import io.myriapod.cni.config.ConfigObject;
import java.util.Optional;

/** The key {@code mtu} of a plugin that makes a link. */
public final class LinkMtu {
  /** ETH_MIN_MTU and ETH_MAX_MTU of linux/if_ether.h, which hold for veth, bridge and macvlan. */
  private static final int MIN = 68;

  private static final int MAX = 65_535;

  private LinkMtu() {}

  /**
   * The bytes that the key asks for; empty for 0, which is the kernel's choice.
   *
   * @throws io.myriapod.cni.error.CniException 7 naming key, value and what is allowed
   */
  public static Optional<Integer> in(ConfigObject object) {
    Optional<Integer> mtu = object.integer("mtu", 0, MAX).filter(bytes -> bytes > 0);
    if (mtu.filter(bytes -> bytes < MIN).isPresent()) {
      throw object.impossible("mtu", "want 0 or a whole number from %d to %d".formatted(MIN, MAX));
    }
    return mtu;
  }
}
