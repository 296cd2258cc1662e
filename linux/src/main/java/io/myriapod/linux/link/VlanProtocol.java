package io.myriapod.linux.link;

import java.util.Arrays;
import java.util.Optional;

/** The tag's Ethernet type. linux/if_ether.h */
public enum VlanProtocol {
  /** The customer's tag, C-VLAN. */
  DOT1Q(0x8100),
  /** The provider's tag, S-VLAN: the outer one of QinQ. */
  DOT1AD(0x88a8);

  private final int etherType;

  VlanProtocol(int etherType) {
    this.etherType = etherType;
  }

  /** The two bytes as they are on the wire. */
  byte[] bytes() {
    return new byte[] {(byte) (etherType >> 8), (byte) etherType};
  }

  static Optional<VlanProtocol> of(byte[] bytes) {
    return Arrays.stream(values())
        .filter(protocol -> Arrays.equals(protocol.bytes(), bytes))
        .findFirst();
  }
}
