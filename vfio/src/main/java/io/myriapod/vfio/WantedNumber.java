package io.myriapod.vfio;

import io.myriapod.types.PciAddress;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many virtual functions a physical one shall have, and what they are for.
 *
 * @param number 0 or more
 * @param mtu of the physical function's link; absent: as it is
 * @param drivers by the number of the virtual function; those that are not in it get the kernel's
 */
record WantedNumber(
    PciAddress physical,
    int number,
    Optional<Integer> mtu,
    Map<Integer, DriverChoice.Named> drivers) {
  WantedNumber {
    drivers = Collections.unmodifiableMap(new TreeMap<>(drivers));
  }

  /** Whether no driver must take them by itself. */
  boolean choosesDrivers() {
    return number > 0 && !drivers.isEmpty();
  }

  /** Whether programs get them, by an IOMMU. */
  boolean needsIommu() {
    return drivers.values().stream().anyMatch(DriverChoice.Named::isVfio);
  }

  Optional<DriverChoice.Named> driverOf(int index) {
    return Optional.ofNullable(drivers.get(index));
  }
}
