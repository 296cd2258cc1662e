package io.myriapod.linux.link;

import java.util.Optional;

/** Whether a virtual function sees a carrier. IFLA_VF_LINK_STATE_* of linux/if_link.h */
public enum VfLinkState {
  /** As the physical function has one. */
  AUTO,
  ENABLE,
  DISABLE;

  static Optional<VfLinkState> of(int wire) {
    return wire >= 0 && wire < values().length ? Optional.of(values()[wire]) : Optional.empty();
  }
}
