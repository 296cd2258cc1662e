package io.myriapod.vfio.given;

import io.myriapod.types.PciAddress;
import java.util.Optional;

/** How to get an interface back that nobody knows the namespace of. */
@FunctionalInterface
public interface LastResort {
  /**
   * Has the interface made anew, on the node. Takes time: not to be called under the lock of those
   * that change devices.
   *
   * @return why that is not to be done, or did not work
   */
  Optional<String> fetch(PciAddress device);
}
