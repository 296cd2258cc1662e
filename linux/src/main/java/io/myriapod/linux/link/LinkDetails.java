package io.myriapod.linux.link;

import java.util.Optional;

/** What only one kind of link has. IFLA_INFO_DATA */
public sealed interface LinkDetails {

  /**
   * @param mode empty for one that this library does not know
   * @param broadcastQueueLength as asked for; the parent uses the largest of its macvlans'
   */
  record Macvlan(Optional<MacvlanMode> mode, Optional<Integer> broadcastQueueLength)
      implements LinkDetails {}

  /**
   * What all ipvlans of the parent have alike.
   *
   * @param mode empty for one that this library does not know
   * @param flag empty for one that this library does not know
   */
  record Ipvlan(Optional<IpvlanMode> mode, Optional<IpvlanFlag> flag) implements LinkDetails {}

  /**
   * @param id 0 to 4094
   * @param protocol empty for one that this library does not know
   */
  record Vlan(int id, Optional<VlanProtocol> protocol, VlanQos qos) implements LinkDetails {}

  /**
   * @param defaultVlan PVID that new ports get; 0 for none
   */
  record Bridge(
      boolean vlanFiltering, boolean spanningTree, boolean multicastSnooping, int defaultVlan)
      implements LinkDetails {}

  /** A kind without details that matter here. */
  record Plain() implements LinkDetails {}
}
