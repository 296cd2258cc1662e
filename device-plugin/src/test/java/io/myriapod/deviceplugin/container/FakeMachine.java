package io.myriapod.deviceplugin.container;

import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A {@code /sys} and a {@code /dev} that belong together, as files. */
final class FakeMachine {
  private static final String PCI = "bus/pci/devices/";

  final FakeSysfs sys;
  private final Path dev;

  FakeMachine(Path folder) {
    this.sys = new FakeSysfs(folder.resolve("sys"));
    this.dev = folder.resolve("dev");
    has("vfio/vfio");
  }

  Sysfs sysfs() {
    return new Sysfs(sys.root());
  }

  Grants grants() {
    return new Grants(sysfs(), dev);
  }

  FakeMachine has(String... files) {
    try {
      for (String file : files) {
        Files.createDirectories(dev.resolve(file).getParent());
        Files.createFile(dev.resolve(file));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FakeMachine lost(String file) {
    try {
      Files.delete(dev.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next function; its IOMMU group is the next number from 1. */
  FakeMachine function(String address, String driver) {
    sys.function(address, "0x8086", "0x154c", Optional.of(driver));
    return this;
  }

  /** A function in a group that VFIO has made up. */
  FakeMachine withoutIommu(String address, int group) {
    function(address, "vfio-pci");
    sys.file("kernel/iommu_groups/" + group + "/name", "vfio-noiommu");
    return has("vfio/noiommu-" + group);
  }

  FakeMachine uio(String address, String file) {
    sys.directory(PCI + address + "/uio/" + file);
    return this;
  }

  FakeMachine iommufd(String address, String file) {
    sys.directory(PCI + address + "/vfio-dev/" + file);
    return has("vfio/devices/" + file);
  }

  /** An RDMA device with its files, {@code mlx5_N} and {@code uverbsN}, also in {@code /dev}. */
  FakeMachine rdma(String device, int number) {
    String name = "mlx5_" + number;
    sys.directory(device + "/infiniband/" + name);
    for (String entry :
        new String[] {"infiniband_verbs/uverbs", "infiniband_mad/umad", "infiniband_mad/issm"}) {
      sys.file(device + "/" + entry + number + "/ibdev", name);
    }
    return has(
        "infiniband/uverbs" + number, "infiniband/umad" + number, "infiniband/issm" + number);
  }

  FakeMachine connectionManager() {
    sys.directory("class/misc/rdma_cm");
    return has("infiniband/rdma_cm");
  }

  /** A vDPA device below the function, with what its driver made of it. */
  FakeMachine vdpa(String address, String name, String driver, String made) {
    String path = PCI + address + "/" + name;
    sys.directory(path + "/" + made);
    sys.link(path + "/subsystem", "../../../../bus/vdpa");
    sys.link(path + "/driver", "../../../../bus/vdpa/drivers/" + driver);
    sys.link("bus/vdpa/devices/" + name, "../../pci/devices/" + address + "/" + name);
    return this;
  }
}
