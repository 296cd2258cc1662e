package io.myriapod.linux.link;

import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * What a link is to be when it arrives in another namespace.
 *
 * @param mac empty: as it is
 * @param mtu bytes; empty: as it is
 */
public record Arrival(InterfaceName name, Optional<MacAddress> mac, Optional<Integer> mtu) {
  /** With another name, and otherwise as it is. */
  public static Arrival as(InterfaceName name) {
    return new Arrival(name, Optional.empty(), Optional.empty());
  }
}
