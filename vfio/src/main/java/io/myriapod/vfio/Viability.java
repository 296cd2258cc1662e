package io.myriapod.vfio;

import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.util.Set;

/**
 * Whether the IOMMU lets a function be given to programs: it must be in a group of which every
 * other function is without driver, with one of VFIO, or a bridge.
 * Documentation/driver-api/vfio.rst
 */
final class Viability {
  private static final String NO_IOMMU_MODE = "module/vfio/parameters/enable_unsafe_noiommu_mode";

  /** Drivers that do no DMA of their own. */
  private static final Set<String> HARMLESS = Set.of("pci-stub", "pcieport");

  private final PciBus bus;
  private final Sysfs sysfs;

  Viability(PciBus bus, Sysfs sysfs) {
    this.bus = bus;
    this.sysfs = sysfs;
  }

  /** Throws DeviceException UNUSABLE if no IOMMU stands before that function. */
  void requireIommu(String attempt, PciFunction function) {
    if (function.iommuGroup().isEmpty()) {
      requireNoIommuMode(attempt, function.address());
    }
  }

  /** Throws DeviceException UNUSABLE, naming what is in the way. */
  void require(String attempt, PciFunction function) {
    if (function.iommuGroup().isEmpty()) {
      requireNoIommuMode(attempt, function.address());
      return;
    }
    IommuGroup group = function.iommuGroup().get();
    for (PciAddress member : group.members()) {
      if (!member.equals(function.address())) {
        bus.find(member).ifPresent(other -> requireHarmless(attempt, group, other));
      }
    }
  }

  private void requireNoIommuMode(String attempt, PciAddress address) {
    boolean allowed = sysfs.read(NO_IOMMU_MODE).filter("Y"::equals).isPresent();
    if (!allowed) {
      throw new DeviceException(
          Kind.UNUSABLE,
          "%s: %s is in no IOMMU group: %s"
              .formatted(
                  attempt,
                  address,
                  bus.hasIommu()
                      ? "the IOMMU does not cover it"
                      : "the machine has no IOMMU, or it is off"),
          "switch VT-d or AMD-Vi on in the BIOS, and boot with intel_iommu=on (AMD: it is on by"
              + " default)");
    }
  }

  private static void requireHarmless(String attempt, IommuGroup group, PciFunction other) {
    boolean harmless =
        other.isBridge()
            || other
                .driver()
                .filter(name -> !HARMLESS.contains(name) && !DeviceTree.isVfio(name))
                .isEmpty();
    if (!harmless) {
      throw new DeviceException(
          Kind.UNUSABLE,
          "%s: its IOMMU group %d has %s too, with driver \"%s\""
              .formatted(attempt, group.number(), other.address(), other.driver().orElse("")),
          "a group is given to programs as a whole: unbind that device, or give it vfio-pci first");
    }
  }
}
