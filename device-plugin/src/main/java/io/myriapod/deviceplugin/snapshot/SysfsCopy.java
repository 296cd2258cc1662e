package io.myriapod.deviceplugin.snapshot;

import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Copies what sysfs tells of some functions. A device's folder is in the copy where sysfs has a
 * link to it; links lead to the places that they have there, which need not be in the copy.
 */
final class SysfsCopy {
  /** A machine with a few thousand functions has as many. */
  private static final int MOST = 500_000;

  private static final String VDPA = "bus/vdpa/devices";

  /** What other readers of devices ask of the machine as a whole. */
  private static final String NO_IOMMU = "module/vfio/parameters/enable_unsafe_noiommu_mode";

  private static final String CONNECTION_MANAGER = "class/misc/rdma_cm";

  private final Sysfs sysfs;
  private final PciBus bus;
  private final Path target;
  private int written;

  SysfsCopy(Sysfs sysfs, Path target) {
    this.sysfs = sysfs;
    this.bus = new PciBus(sysfs);
    this.target = target;
  }

  /** Copies these, their physical functions, and all that are in an IOMMU group with them. */
  void copy(Collection<PciAddress> functions) throws IOException {
    Set<PciAddress> all = new TreeSet<>();
    Set<IommuGroup> groups = new TreeSet<>(Comparator.comparing(IommuGroup::number));
    for (PciAddress function : functions) {
      all.add(function);
      sysfs
          .linkTarget(PciBus.pathOf(function, "physfn"))
          .flatMap(PciAddress::of)
          .ifPresent(all::add);
      bus.iommuGroupOf(function).ifPresent(groups::add);
    }
    groups.forEach(group -> all.addAll(group.members()));
    folder("bus/pci/devices");
    Set<String> vdpa = Set.copyOf(sysfs.list(VDPA));
    Shape shape = Shape.function(vdpa::contains);
    for (PciAddress function : all) {
      copy(DeviceTree.pathOf(function), shape);
      virtualFunctions(function);
      driver(function);
    }
    for (IommuGroup group : groups) {
      group(group);
    }
    for (String name : vdpa) {
      folder(VDPA + "/" + name); // in sysfs a link; only the name is asked for here
    }
    machine();
  }

  private void copy(String folder, Shape shape) throws IOException {
    folder(folder);
    for (String name : shape.files()) {
      file(folder + "/" + name);
    }
    for (String name : shape.links().keySet()) {
      Optional<String> to = sysfs.linkTarget(folder + "/" + name);
      if (to.isPresent()) {
        link(folder + "/" + name, shape.links().get(name) + to.get());
      }
    }
    for (String name : shape.inside().isEmpty() ? List.<String>of() : sysfs.list(folder)) {
      Optional<Shape> inside =
          shape.inside().stream().filter(one -> one.name().test(name)).findFirst();
      if (inside.isPresent()) {
        copy(folder + "/" + name, inside.get());
      }
    }
  }

  private void virtualFunctions(PciAddress physical) throws IOException {
    for (Map.Entry<Integer, PciAddress> each :
        new TreeMap<>(bus.virtualFunctionsOf(physical)).entrySet()) {
      link(PciBus.pathOf(physical, "virtfn" + each.getKey()), "../" + each.getValue());
    }
  }

  private void driver(PciAddress function) throws IOException {
    Optional<String> driver = bus.driverOf(function);
    if (driver.isPresent()) {
      folder("bus/pci/drivers/" + driver.get());
    }
  }

  private void group(IommuGroup group) throws IOException {
    String folder = "kernel/iommu_groups/" + group.number();
    folder(folder + "/devices");
    file(folder + "/name");
    for (PciAddress member : group.members()) {
      link(folder + "/devices/" + member, "../../../../" + DeviceTree.pathOf(member));
    }
  }

  private void machine() throws IOException {
    if (sysfs.exists(CONNECTION_MANAGER)) {
      folder(CONNECTION_MANAGER);
    }
    file(NO_IOMMU);
  }

  private void folder(String path) throws IOException {
    count();
    Files.createDirectories(target.resolve(path));
  }

  private void file(String path) throws IOException {
    Optional<String> text = sysfs.answer(path);
    if (text.isPresent()) {
      count();
      Path file = target.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.get() + "\n");
    }
  }

  private void link(String path, String to) throws IOException {
    count();
    Files.createSymbolicLink(target.resolve(path), Path.of(to));
  }

  private void count() {
    written++;
    if (written > MOST) {
      throw new SnapshotException(
          "write %s: the node's devices have more than %d files".formatted(target, MOST),
          "this is no picture of a node; look at what stands for /sys");
    }
  }
}
