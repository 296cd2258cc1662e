package io.myriapod.linux.link;

import java.util.Arrays;
import java.util.Optional;

/** How ipvlans of one parent reach each other; one for all. IPVLAN_F_* in linux/if_link.h */
public enum IpvlanFlag {
  BRIDGE(0),
  PRIVATE(1),
  VEPA(2);

  private final int wire;

  IpvlanFlag(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  static Optional<IpvlanFlag> of(int wire) {
    return Arrays.stream(values()).filter(flag -> flag.wire == wire).findFirst();
  }
}
