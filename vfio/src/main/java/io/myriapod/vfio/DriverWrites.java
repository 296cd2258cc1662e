package io.myriapod.vfio;

import io.myriapod.linux.pci.PciBus;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Change;
import java.util.Optional;

/** The writes that change a function's driver. */
final class DriverWrites {
  /** The kernel takes an empty line for "no driver in particular"; an empty write it refuses. */
  private static final String NONE = "\n";

  private DriverWrites() {}

  /** Names the only driver that may be bound from now on, or none in particular. */
  static Change override(PciAddress function, Optional<String> driver) {
    return new Change.Write(
        function, PciBus.pathOf(function, "driver_override"), driver.orElse(NONE));
  }

  static Change unbind(PciAddress function, String driver) {
    return new Change.Write(
        function, "bus/pci/drivers/%s/unbind".formatted(driver), function.value());
  }

  /** Has the kernel look for the driver, which it binds at once. */
  static Change probe(PciAddress function) {
    return new Change.Write(function, "bus/pci/drivers_probe", function.value());
  }

  static Change reset(PciAddress function) {
    return new Change.Write(function, PciBus.pathOf(function, "reset"), "1");
  }
}
