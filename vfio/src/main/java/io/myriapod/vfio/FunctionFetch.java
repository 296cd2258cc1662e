package io.myriapod.vfio;

import io.myriapod.journal.OpenDevice;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.given.LastResort;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a virtual function from its driver and gives it back: the kernel makes its interface anew
 * on the node, in whatever namespace the old one was. Killed in between, the journal gives it back
 * to the driver.
 */
final class FunctionFetch implements LastResort {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionFetch.class);

  private final Surroundings at;

  FunctionFetch(Surroundings at) {
    this.at = at;
  }

  @Override
  public Optional<String> fetch(PciAddress address) {
    String attempt = "make the interface of %s anew".formatted(address);
    try {
      PciFunction function = at.requireVirtual(attempt, address);
      String driver = function.driver().orElseThrow();
      LOG.warn("{}: it is in a namespace that nobody knows; driver {}", attempt, driver);
      FormerDriver former = FormerDriver.of(function, at.bus());
      try (OpenDevice change = at.begin(attempt, address, former::toInverse)) {
        DriverWrites.unbind(address, driver).by(at.hands());
        return change.undo().map(reason -> "%s: %s".formatted(attempt, reason));
      }
    } catch (DeviceException e) {
      return Optional.of(e.getMessage());
    }
  }
}
