package io.myriapod.multus.plan;

import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.network.Delegate;
import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * A network that the pod shall have and what it asks of it.
 *
 * @param asked the interface name that the annotation gives
 */
record WantedNetwork(Delegate delegate, Optional<InterfaceName> asked, SelectionOptions options) {
  static WantedNetwork plain(Delegate delegate) {
    return new WantedNetwork(delegate, Optional.empty(), SelectionOptions.NONE);
  }
}
