package io.myriapod.vfio;

import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the IOMMU lets a function be given to programs: it must be in a group of which every
 * other function is without driver, with one of VFIO, or a bridge.
 * Documentation/driver-api/vfio.rst
 */
public final class Viability {
  private static final String NO_IOMMU_MODE = "module/vfio/parameters/enable_unsafe_noiommu_mode";

  /** Drivers that do no DMA of their own. */
  private static final Set<String> HARMLESS = Set.of("pci-stub", "pcieport");

  private final PciBus bus;
  private final Sysfs sysfs;

  public Viability(PciBus bus, Sysfs sysfs) {
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
    obstacle(function.address(), function.iommuGroup().get())
        .ifPresent(
            obstacle -> {
              throw new DeviceException(
                  Kind.UNUSABLE,
                  "%s: its %s".formatted(attempt, obstacle),
                  "a group is given to programs as a whole: unbind that device, or give it vfio-pci"
                      + " first");
            });
  }

  /**
   * What keeps the kernel from giving that group to a program, as a noun: {@code IOMMU group 7 has
   * 0000:01:1f.0 too, with driver "igb"}.
   *
   * @param function the member that is meant for the program
   */
  public Optional<String> obstacle(PciAddress function, IommuGroup group) {
    return group.members().stream()
        .filter(member -> !member.equals(function))
        .filter(member -> !isHarmless(member))
        .findFirst()
        .map(
            member ->
                "IOMMU group %d has %s too, with driver \"%s\""
                    .formatted(group.number(), member, bus.driverOf(member).orElse("")));
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

  private boolean isHarmless(PciAddress member) {
    return bus.driverOf(member)
            .filter(name -> !HARMLESS.contains(name) && !DeviceTree.isVfio(name))
            .isEmpty()
        || bus.identityOf(member).isBridge();
  }
}
