package io.myriapod.multus.plan;

import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * The device of the node that a network gets.
 *
 * @param resource the pool that it comes from, if the definition names one
 */
public record PlannedDevice(ForeseenDevice device, Optional<String> resource) {
  /** Its id. */
  public String id() {
    return device.id();
  }

  /** Its address, if it is one of the PCI bus. */
  public Optional<PciAddress> pci() {
    return PciAddress.of(id());
  }
}
