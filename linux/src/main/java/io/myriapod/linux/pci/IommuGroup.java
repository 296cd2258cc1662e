package io.myriapod.linux.pci;

import io.myriapod.types.PciAddress;
import java.util.List;

/**
 * Functions that the IOMMU cannot tell apart: they are given to programs together or not at all.
 *
 * @param members sorted; the function asked for is one
 * @param noIommu made up by vfio's no-IOMMU mode: nothing is isolated
 */
public record IommuGroup(int number, List<PciAddress> members, boolean noIommu) {
  public IommuGroup {
    members = List.copyOf(members);
  }

  /** The file below {@code /dev} that a program opens. */
  public String deviceFile() {
    return "vfio/" + (noIommu ? "noiommu-" : "") + number;
  }
}
