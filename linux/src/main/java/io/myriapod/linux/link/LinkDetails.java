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
   * @param defaultVlan PVID that new ports get; 0 for none
   */
  record Bridge(
      boolean vlanFiltering, boolean spanningTree, boolean multicastSnooping, int defaultVlan)
      implements LinkDetails {}

  /** A kind without details that matter here. */
  record Plain() implements LinkDetails {}
}
