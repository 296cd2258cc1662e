package io.myriapod.journal;

import io.myriapod.types.PciAddress;

/** A PCI function of the node. At most one record per key. */
public record DeviceKey(PciAddress device) implements RecordKey {
  @Override
  public String toString() {
    return "device " + device;
  }
}
