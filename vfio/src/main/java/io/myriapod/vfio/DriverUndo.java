package io.myriapod.vfio;

import io.myriapod.journal.DeviceInverse;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.Hands;
import java.util.Optional;

/** Gives a function its former driver back, wherever the change was cut short. */
final class DriverUndo implements DeviceInverse {
  private final PciBus bus;
  private final Hands hands;

  DriverUndo(PciBus bus, Hands hands) {
    this.bus = bus;
    this.hands = hands;
  }

  @Override
  public Optional<String> undo(DeviceRecord record, Inverse inverse) {
    Optional<PciFunction> function = bus.find(record.device());
    if (function.isEmpty()) {
      return Optional.empty(); // it went with its physical function
    }
    FormerDriver former = FormerDriver.from(inverse);
    try {
      restore(function.get(), former);
    } catch (DeviceException e) {
      return Optional.of(
          "give %s back to %s: %s"
              .formatted(record.device(), shown(former.driver()), e.getMessage()));
    }
    Optional<String> now = bus.driverOf(record.device());
    return now.equals(former.driver())
        ? Optional.empty()
        : Optional.of(
            "give %s back to %s: it has %s"
                .formatted(record.device(), shown(former.driver()), shown(now)));
  }

  private void restore(PciFunction function, FormerDriver former) {
    PciAddress address = function.address();
    if (!function.driverOverride().equals(former.override())) {
      DriverWrites.override(address, former.override()).by(hands);
    }
    if (function.driver().equals(former.driver())) {
      return;
    }
    function.driver().ifPresent(driver -> DriverWrites.unbind(address, driver).by(hands));
    if (former.driver().isPresent()) {
      DriverWrites.probe(address).by(hands);
      if (bus.driverOf(address).isEmpty()) { // it was bound by hand, and does not match by itself
        DriverWrites.bind(address, former.driver().get()).by(hands);
      }
    }
  }

  static String shown(Optional<String> driver) {
    return driver.map("driver \"%s\""::formatted).orElse("no driver");
  }
}
