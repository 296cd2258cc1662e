package io.myriapod.linux.traffic;

import java.util.Optional;

/**
 * A filter of what a link receives.
 *
 * @param matchesAll it is one that any packet matches
 * @param protocol of frames it looks at, ETH_P_*
 * @param redirectTo index of the link that what matches is sent out by instead; empty if its first
 *     action is another
 */
public record IngressFilter(
    String kind, int priority, int protocol, boolean matchesAll, Optional<Integer> redirectTo) {

  /** Whether it sends everything out by that link. */
  public boolean redirectsAllTo(int linkIndex) {
    return matchesAll && protocol == Tca.ETH_P_ALL && redirectTo.equals(Optional.of(linkIndex));
  }
}
