package io.myriapod.linux.link;

import io.myriapod.types.MacAddress;
import java.util.Map;

/**
 * What physical functions say of their virtual ones, and are told: {@code IFLA_VFINFO_LIST} of
 * rtnetlink(7). Everything throws {@link io.myriapod.linux.libc.ErrnoException} with the kernel's
 * words when refused. A driver may say yes to a setting and not do it, or do it later.
 */
public interface VfTable {
  /** The virtual functions of a physical one, by number; empty if it has none. */
  Map<Integer, VfState> virtualFunctions(Link physical);

  /** Gives a virtual function its MAC; all zero takes the given one back. */
  void setVfMac(Link physical, int index, MacAddress mac);

  /** Puts a virtual function into a VLAN; id 0 takes it out. */
  void setVfVlan(Link physical, int index, VfVlan vlan);

  /** Whether the card drops what a virtual function sends with another MAC than its own. */
  void setVfSpoofCheck(Link physical, int index, boolean on);

  /** Whether a virtual function may change its MAC, and see what is meant for others. */
  void setVfTrust(Link physical, int index, boolean on);

  /** Bounds what a virtual function sends. */
  void setVfRate(Link physical, int index, VfRate rate);

  /** Whether a virtual function sees a carrier. */
  void setVfLinkState(Link physical, int index, VfLinkState state);
}
