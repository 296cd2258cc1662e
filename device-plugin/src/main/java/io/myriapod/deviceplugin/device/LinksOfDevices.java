package io.myriapod.deviceplugin.device;

import io.myriapod.linux.device.VdpaDevice;
import io.myriapod.linux.sys.Sysfs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which interfaces belong to which device. The kernel says of most what lies behind them; where it
 * says nothing, the names in sysfs count.
 */
final class LinksOfDevices {
  private final Sysfs sysfs;
  private final NodeView view;
  private final Map<String, List<SeenLink>> byDevice = new HashMap<>();
  private final Map<String, SeenLink> ofNobody = new HashMap<>();
  private final boolean hasVdpa;

  LinksOfDevices(Sysfs sysfs, NodeView view) {
    this.sysfs = sysfs;
    this.view = view;
    this.hasVdpa = !sysfs.list("bus/vdpa/devices").isEmpty();
    for (SeenLink link : view.links()) {
      link.parentDevice()
          .ifPresentOrElse(
              device -> byDevice.computeIfAbsent(device, name -> new ArrayList<>()).add(link),
              () -> ofNobody.put(link.name(), link));
    }
  }

  /** Those of the device in that folder below {@code /sys}. */
  List<SeenLink> at(String folder) {
    String device = folder.substring(folder.lastIndexOf('/') + 1);
    if (byDevice.containsKey(device)) {
      return byDevice.get(device);
    }
    return ofNobody.isEmpty()
        ? List.of()
        : sysfs.list(folder + "/net").stream()
            .flatMap(name -> Optional.ofNullable(ofNobody.get(name)).stream())
            .toList();
  }

  /** The folders of the virtio devices of a device, between it and its interface. */
  List<String> virtioOf(String folder) {
    return sysfs.list(folder).stream()
        .filter(name -> name.startsWith("virtio"))
        .map(name -> folder + "/" + name)
        .toList();
  }

  /** The interfaces that the kernel makes of the vDPA devices of a device. */
  List<SeenLink> ofVdpa(String folder) {
    if (!hasVdpa) {
      return List.of();
    }
    return VdpaDevice.of(sysfs, folder).stream()
        .flatMap(device -> virtioOf(folder + "/" + device.name()).stream())
        .flatMap(virtio -> at(virtio).stream())
        .toList();
  }

  /** What the node does with one of those interfaces. */
  Optional<String> useOf(List<SeenLink> links) {
    for (SeenLink link : links) {
      Optional<String> use = view.useOf(link);
      if (use.isPresent()) {
        return use;
      }
    }
    return Optional.empty();
  }
}
