package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a program reaches a function by VFIO: by its IOMMU group, and by a file of its own where the
 * kernel has that. Documentation/driver-api/vfio.rst
 */
final class VfioFiles {
  private static final String CONTAINER = "vfio/vfio";
  private static final String IOMMUFD = "iommu";

  private final PciBus bus;
  private final DeviceFolder dev;

  VfioFiles(PciBus bus, DeviceFolder dev) {
    this.bus = bus;
    this.dev = dev;
  }

  /**
   * @param later the driver is not bound yet: the number of the group is known, and its file is
   *     made with the binding
   */
  Facet of(GrantedDevice granted, boolean later) {
    IommuGroup group = groupOf(granted);
    // the number of a function's own file is another after each binding: not for a driver on
    // demand,
    // which a pod's networks may bind again without the kubelet asking anew
    boolean lasting = !later && granted.driver().isEmpty();
    List<Node> own = lasting ? own(granted.device().pci()) : List.of();
    boolean byGroup = later || own.isEmpty() || dev.has(CONTAINER) && dev.has(group.deviceFile());
    Map<String, String> values = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    if (byGroup) {
      if (!later) {
        requireGroup(granted, group);
      }
      String inside = DeviceFolder.pathOf("vfio/" + group.number());
      values.put("mount", DeviceFolder.pathOf(CONTAINER));
      values.put("dev-mount", inside);
      nodes.add(DeviceFolder.node(CONTAINER));
      nodes.add(new Node(DeviceFolder.pathOf(group.deviceFile()), inside));
      if (group.noIommu()) {
        // DPDK tries the bare number first; other programs look for the kernel's own name only
        nodes.add(DeviceFolder.node(group.deviceFile()));
      }
    }
    nodes.addAll(own);
    return new Facet("vfio", values, nodes);
  }

  private IommuGroup groupOf(GrantedDevice granted) {
    return bus.find(granted.device().pci())
        .flatMap(PciFunction::iommuGroup)
        .orElseThrow(
            () ->
                new GrantException(
                    granted.id(),
                    "it is in no IOMMU group",
                    "switch on the IOMMU in firmware and kernel, or VFIO's no-IOMMU mode"));
  }

  private void requireGroup(GrantedDevice granted, IommuGroup group) {
    dev.required(granted.id(), CONTAINER, "load the kernel module vfio");
    dev.required(
        granted.id(),
        group.deviceFile(),
        "look whether the agent sees the node's /dev, and bind the driver anew");
  }

  /** Two files, or none: whether programs may use them is the kernel's build. */
  private List<Node> own(PciAddress function) {
    return bus.vfioFileOf(function)
        .filter(file -> dev.has(file) && dev.has(IOMMUFD))
        .map(file -> List.of(DeviceFolder.node(IOMMUFD), DeviceFolder.node(file)))
        .orElse(List.of());
  }
}
