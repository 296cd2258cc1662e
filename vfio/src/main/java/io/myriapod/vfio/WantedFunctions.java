package io.myriapod.vfio;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node's configuration wants of one physical function.
 *
 * @param physical PCI address, or the name of its network interface
 * @param number of virtual functions
 * @param mtu of the physical function's link; absent: as it is
 * @param drivers by the number of the virtual function; those that are not in it are left alone
 */
public record WantedFunctions(
    String physical, int number, Optional<Integer> mtu, Map<Integer, DriverChoice.Named> drivers) {
  public WantedFunctions {
    drivers = Collections.unmodifiableMap(new TreeMap<>(drivers));
    drivers
        .keySet()
        .forEach(
            index -> {
              if (index < 0 || index >= number) {
                throw new IllegalArgumentException(
                    "driver of virtual function %d: \"%s\" has %d of them"
                        .formatted(index, physical, number));
              }
            });
  }
}
