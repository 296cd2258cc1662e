package io.myriapod.child.link;

import io.myriapod.ipam.link.DadPolicy;
import java.util.Optional;

/** What the config of every child says. */
public interface ChildConfig {
  ParentSelector parent();

  /** Bytes; empty: as the parent's. */
  Optional<Integer> mtu();

  /** Whether the parent is in the pod, not on the node. */
  boolean linkInContainer();

  DadPolicy dad();
}
