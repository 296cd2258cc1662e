package io.myriapod.linux.pci;

import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;

/**
 * A PCI function at one moment.
 *
 * @param vendor 16 bits
 * @param device 16 bits
 * @param classCode 24 bits: class, subclass, interface
 * @param driver the one that is bound
 * @param iommuGroup absent without IOMMU
 * @param numaNode absent where the machine does not tell
 * @param linkNames the network interfaces that sysfs shows, which is those of the namespace that
 *     sysfs was mounted in; sorted
 * @param linkElsewhere whether it has an interface, and sysfs shows none: another namespace has it
 * @param virtualOf present if it is a virtual function
 * @param sriov present if it is a physical function that can have virtual ones
 * @param resetMethods how it can be reset, in the kernel's order; empty if not at all or if the
 *     kernel (before 5.15) does not say
 * @param resettable whether the kernel offers a reset
 */
public record PciFunction(
    PciAddress address,
    int vendor,
    int device,
    int classCode,
    Optional<String> driver,
    Optional<IommuGroup> iommuGroup,
    Optional<Integer> numaNode,
    List<String> linkNames,
    boolean linkElsewhere,
    Optional<VirtualOf> virtualOf,
    Optional<Sriov> sriov,
    List<String> resetMethods,
    boolean resettable) {
  public PciFunction {
    linkNames = List.copyOf(linkNames);
    resetMethods = List.copyOf(resetMethods);
  }

  /** Whether the kernel can reset it alone; before 5.15 it does not say how it resets. */
  public boolean hasFunctionLevelReset() {
    return resettable && (resetMethods.isEmpty() || resetMethods.contains("flr"));
  }

  /** Whether a driver is bound that gives it to programs. */
  public boolean isForPrograms() {
    return driver.filter(DeviceTree::isForPrograms).isPresent();
  }
}
