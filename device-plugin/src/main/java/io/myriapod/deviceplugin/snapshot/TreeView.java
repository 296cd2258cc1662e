package io.myriapod.deviceplugin.snapshot;

import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Interfaces as the folders {@code net} of sysfs show them. It says of no address and no route;
 * that an interface is a port of something is all that it knows of the node's use.
 * Documentation/ABI/testing/sysfs-class-net
 */
final class TreeView implements NodeView {
  /** The operational states that tell something of it; {@code down} may be set so. */
  private static final Map<String, String> CARRIER = Map.of("up", "1", "lowerlayerdown", "0");

  /** From a function over a sub-function and its vDPA device to a virtio device. */
  private static final int DEEPEST = 3;

  private final Sysfs sysfs;
  private final Map<String, SeenLink> links = new LinkedHashMap<>();
  private final Map<String, String> uses = new LinkedHashMap<>();

  private TreeView(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  static TreeView read(Sysfs sysfs) {
    TreeView view = new TreeView(sysfs);
    Set<String> vdpa = Set.copyOf(sysfs.list("bus/vdpa/devices"));
    for (PciAddress address : new PciBus(sysfs).addresses()) {
      view.readFrom(DeviceTree.pathOf(address), address.value(), vdpa, DEEPEST);
    }
    return view;
  }

  private void readFrom(String path, String device, Set<String> vdpa, int deeper) {
    readAt(path, device);
    if (deeper > 0) {
      sysfs.list(path).stream()
          .filter(
              name -> Shape.isAuxiliary(name) || name.startsWith("virtio") || vdpa.contains(name))
          .forEach(name -> readFrom(path + "/" + name, name, vdpa, deeper - 1));
    }
  }

  private void readAt(String path, String device) {
    for (String name : sysfs.list(path + "/net")) {
      String folder = path + "/net/" + name;
      links.put(name, new SeenLink(name, Optional.of(device), carrier(folder)));
      sysfs
          .linkTarget(folder + "/master")
          .ifPresent(master -> uses.put(name, "is a port of " + master));
    }
  }

  /** The file {@code carrier} cannot be read while the interface is set down. */
  private Optional<Boolean> carrier(String folder) {
    return sysfs
        .answer(folder + "/carrier")
        .or(
            () ->
                sysfs.answer(folder + "/operstate").filter(CARRIER::containsKey).map(CARRIER::get))
        .map("1"::equals);
  }

  @Override
  public List<SeenLink> links() {
    return List.copyOf(links.values());
  }

  @Override
  public Optional<String> useOf(SeenLink link) {
    return Optional.ofNullable(uses.get(link.name()));
  }
}
