package io.myriapod.child.link;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/** What one kind of child has that others have not. */
public interface ChildKind<C extends ChildConfig> {
  /** The plugin's name, which is the kernel's for the kind too. */
  String type();

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  C parse(ChildRequest request);

  /**
   * What keeps this parent from having such a child, beyond what holds for every one.
   *
   * @param place where the parent is
   * @param siblings the children that it has
   * @throws CniException 108 or 7
   */
  void requireFit(C config, Link parent, ParentPlace place, Siblings siblings);

  /**
   * What keeps it from having any such child, for STATUS: not that all it may have are there.
   * Throws CniException 108 or 7.
   */
  default void requireUsable(C config, Link parent, ParentPlace place, Siblings siblings) {
    requireFit(config, parent, place, siblings);
  }

  /** What is to be made. */
  Child child(InterfaceName name, C config, Link parent);

  /** A link to be made, and the MAC address that it will have: an undo knows it again by that. */
  record Child(LinkSpec spec, MacAddress mac) {}

  /**
   * Whether making one changes those of the same parent, so that two ADDs must not look at them at
   * the same time.
   */
  default boolean changesSiblings() {
    return false;
  }

  /** Addresses and routes to be used instead of IPAM's. */
  default Optional<CniResult> addressesBefore(PluginRequest request) {
    return Optional.empty();
  }

  /**
   * Whether the neighbours are told by ARP and by neighbour advertisements alike as soon as there
   * is any address, as the reference plugin of this kind has the kernel do.
   */
  boolean announcesByBothFamilies();

  /** The kernel's refusal in words, its own kept; EEXIST comes here if the name is not taken. */
  default CniException refused(LinkSpec spec, ErrnoException refusal) {
    return new CniException(
        ErrorCode.KERNEL_REFUSED,
        refusal.getMessage(),
        "look at the parent and at the other keys of the config",
        refusal);
  }

  /** Adds what differs from the config. */
  void compare(Link link, C config, Findings findings);
}
