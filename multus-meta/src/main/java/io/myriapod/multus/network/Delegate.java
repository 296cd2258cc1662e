package io.myriapod.multus.network;

import io.myriapod.cni.config.NetworkList;
import java.util.Optional;

/**
 * A network that was found.
 *
 * @param name as network-status and messages call it: {@code namespace/name} of its definition, or
 *     the network's own name
 * @param resourceName whose devices its pods get, such as {@code intel.com/vf}
 */
public record Delegate(String name, NetworkList list, Optional<String> resourceName) {
  /** One without devices of a pool. */
  Delegate(String name, NetworkList list) {
    this(name, list, Optional.empty());
  }
}
