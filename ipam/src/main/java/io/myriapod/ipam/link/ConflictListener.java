package io.myriapod.ipam.link;

import io.myriapod.types.IpPrefix;

/** Is told when an address that was in use at once turns out to be somebody else's. */
@FunctionalInterface
public interface ConflictListener {
  /** Nobody listens. */
  ConflictListener NONE = conflict -> {};

  /**
   * A duplicate, found after the ADD had returned. The kernel has taken the address out of use.
   *
   * @param namespaceId boot id and cookie of the pod's namespace
   */
  record Conflict(String namespaceId, String interfaceName, IpPrefix address) {}

  /** Called on a thread of its own; must not throw and should not take long. */
  void found(Conflict conflict);
}
