package io.myriapod.linux.link;

/**
 * The VLAN that the card puts on what a virtual function sends.
 *
 * @param id 0 for none
 * @param qos priority, 0 to 7
 * @param protocol ethertype of the tag: 0x8100 (802.1Q) or 0x88a8 (802.1ad)
 */
public record VfVlan(int id, int qos, int protocol) {
  public static final int DOT1Q = 0x8100;
  public static final int DOT1AD = 0x88a8;
}
