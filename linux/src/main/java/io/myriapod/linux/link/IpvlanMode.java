package io.myriapod.linux.link;

import java.util.Arrays;
import java.util.Optional;

/**
 * On which layer ipvlans of one parent pass packets on; one for all of them. IPVLAN_MODE_* in
 * linux/if_link.h
 */
public enum IpvlanMode {
  L2(0),
  L3(1),
  L3S(2);

  private final int wire;

  IpvlanMode(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  static Optional<IpvlanMode> of(int wire) {
    return Arrays.stream(values()).filter(mode -> mode.wire == wire).findFirst();
  }
}
