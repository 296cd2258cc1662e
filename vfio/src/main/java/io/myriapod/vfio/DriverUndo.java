package io.myriapod.vfio;

import io.myriapod.journal.DeviceInverse;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import java.util.Optional;

/**
 * Gives a function its former driver back, wherever the change was cut short; not if somebody has
 * begun to use it meanwhile.
 */
final class DriverUndo implements DeviceInverse {
  private final Surroundings at;

  DriverUndo(Surroundings at) {
    this.at = at;
  }

  @Override
  public Optional<String> undo(DeviceRecord record, Inverse inverse) {
    return giveBack(record.device(), FormerDriver.from(inverse));
  }

  /** Why it could not be given back; empty if it was, or if the function is gone. */
  Optional<String> giveBack(PciAddress address, FormerDriver former) {
    Optional<PciFunction> function = at.bus().find(address);
    if (function.isEmpty()) {
      return Optional.empty(); // it went with its physical function
    }
    String attempt = "give %s back to %s".formatted(address, shown(former.driver()));
    try {
      at.hands().requireAnswering(address);
      restore(function.get(), former);
    } catch (DeviceException e) {
      return Optional.of("%s: %s".formatted(attempt, e.getMessage()));
    }
    Optional<String> now = at.bus().driverOf(address);
    return now.equals(former.driver())
        ? Optional.empty()
        : Optional.of("%s: it has %s".formatted(attempt, shown(now)));
  }

  private void restore(PciFunction function, FormerDriver former) {
    PciAddress address = function.address();
    Optional<String> override = at.bus().driverOverrideOf(address);
    if (!function.driver().equals(former.driver())) {
      function.driver().ifPresent(driver -> takeOff(function, driver));
      if (former.driver().isPresent()) {
        // by name: it may have been bound by hand, with nothing left that makes it match
        DriverWrites.override(address, former.driver()).by(at.hands());
        DriverWrites.probe(address).by(at.hands());
        override = former.driver();
      }
    }
    if (!override.equals(former.override())) {
      DriverWrites.override(address, former.override()).by(at.hands());
    }
  }

  private void takeOff(PciFunction function, String driver) {
    at.requireUnused("take it from driver \"%s\"".formatted(driver), function);
    DriverWrites.unbind(function.address(), driver).by(at.hands());
  }

  static String shown(Optional<String> driver) {
    return driver.map("driver \"%s\""::formatted).orElse("no driver");
  }
}
