package io.myriapod.vfio;

import io.myriapod.linux.pci.PciBus;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Change;

/** The writes that change how many virtual functions a physical one has. */
final class NumberWrites {
  private NumberWrites() {}

  static Change number(PciAddress physical, int number) {
    return new Change.Write(
        physical, PciBus.pathOf(physical, "sriov_numvfs"), Integer.toString(number));
  }

  /** Whether the kernel binds drivers to new virtual functions by itself. */
  static Change autoprobe(PciAddress physical, boolean on) {
    return new Change.Write(
        physical, PciBus.pathOf(physical, "sriov_drivers_autoprobe"), on ? "1" : "0");
  }
}
