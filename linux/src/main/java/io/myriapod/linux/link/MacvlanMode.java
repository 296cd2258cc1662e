package io.myriapod.linux.link;

import java.util.Arrays;
import java.util.Optional;

/** How macvlans of one parent reach each other. MACVLAN_MODE_* in linux/if_link.h */
public enum MacvlanMode {
  PRIVATE(1),
  VEPA(2),
  BRIDGE(4),
  PASSTHRU(8),
  SOURCE(16);

  private final int wire;

  MacvlanMode(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  static Optional<MacvlanMode> of(int wire) {
    return Arrays.stream(values()).filter(mode -> mode.wire == wire).findFirst();
  }
}
