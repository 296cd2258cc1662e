package io.myriapod.deviceplugin.device;

import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciIdentity;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;

/**
 * A device of the node that a pool may have, as it was read at one moment.
 *
 * @param id PCI address, or name on the auxiliary bus
 * @param pci the function itself; of an auxiliary device the function that it hangs on
 * @param vendor four hexadecimal digits, as those of the function
 * @param device as vendor
 * @param classCode 24 bits, of the function: class, subclass, interface
 * @param auxiliaryType such as {@code sf}; absent for a PCI function
 * @param driver absent if none is bound
 * @param physical present for a virtual function or a sub-function of which the physical one is
 *     known
 * @param linkNames its interfaces in the node's namespace, the one of the first port first
 * @param carrier of its first interface there; absent while that is set down
 * @param linkType {@code ether} or {@code infiniband}: of its interface, else of the physical
 *     function's
 * @param numaNode absent where the machine does not tell
 * @param virtualFunctions how many it has itself
 * @param subFunctions how many hang on it
 * @param usedByNode what the node does with its interface; absent if nothing
 */
public record NodeDevice(
    DeviceId id,
    PciAddress pci,
    String vendor,
    String device,
    int classCode,
    Optional<String> auxiliaryType,
    Optional<String> driver,
    Optional<Physical> physical,
    List<String> linkNames,
    Optional<Boolean> carrier,
    Optional<String> linkType,
    Optional<Integer> numaNode,
    int virtualFunctions,
    int subFunctions,
    Optional<String> usedByNode) {
  public NodeDevice {
    linkNames = List.copyOf(linkNames);
  }

  /**
   * The physical function of a virtual one.
   *
   * @param index of the virtual one there, or number of the sub-function
   * @param linkNames its interfaces, the one of the first port first; in switchdev mode the
   *     uplink's, not those that represent virtual functions
   * @param carrier of the first; none while that is set down, since virtual functions have none
   *     then either; absent if it has no interface on the node
   */
  public record Physical(
      PciAddress pci, int index, List<String> linkNames, Optional<Boolean> carrier) {
    public Physical {
      linkNames = List.copyOf(linkNames);
    }
  }

  /** The same with another driver. */
  public NodeDevice withDriver(String other) {
    return new NodeDevice(
        id,
        pci,
        vendor,
        device,
        classCode,
        auxiliaryType,
        Optional.of(other),
        physical,
        linkNames,
        carrier,
        linkType,
        numaNode,
        virtualFunctions,
        subFunctions,
        usedByNode);
  }

  /** Whether it is a device of the auxiliary bus. */
  public boolean isAuxiliary() {
    return auxiliaryType.isPresent();
  }

  /** Its path below {@code /sys}. */
  public String path() {
    String function = DeviceTree.pathOf(pci);
    return isAuxiliary() ? function + "/" + id : function;
  }

  /** The physical function that it comes from, or is. */
  public PciAddress card() {
    return physical.map(Physical::pci).orElse(pci);
  }

  /** As {@link PciIdentity#baseClass()}. */
  public int baseClass() {
    return classCode >> 16;
  }
}
