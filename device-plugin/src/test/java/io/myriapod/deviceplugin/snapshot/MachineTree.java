package io.myriapod.deviceplugin.snapshot;

import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.nio.file.Path;
import java.util.Optional;

/** A tree with one of everything that is read of devices. */
final class MachineTree {
  static final String CARD = "0000:01:00.0";
  static final String FIRST = "0000:01:10.0";
  static final String MLX = "0000:02:00.0";
  static final String VDPA = "0000:03:00.2";
  static final String DISK = "0000:04:00.0";

  private static final String DEVICES = "bus/pci/devices/";

  private MachineTree() {}

  /** A card with two functions, one for programs beside a disk in its group; an RDMA card. */
  static FakeSysfs make(Path root) {
    FakeSysfs sysfs =
        new FakeSysfs(root).driver("igbvf", "0x10ca").driver("vfio-pci").physical(CARD, 7);
    sysfs.written(DEVICES + CARD + "/sriov_numvfs", "2");
    sysfs.written(DEVICES + FIRST + "/driver_override", "vfio-pci");
    sysfs.written("bus/pci/drivers/igbvf/unbind", FIRST);
    sysfs.written("bus/pci/drivers_probe", FIRST);
    sysfs.directory(DEVICES + FIRST + "/vfio-dev/vfio3");
    sysfs.file(DEVICES + CARD + "/numa_node", "1").file(DEVICES + CARD + "/config", "binary");
    sysfs.file(DEVICES + CARD + "/acpi_index", "101");
    link(sysfs, DEVICES + CARD, "card0", "1");
    sysfs.function(DISK, "0x1000", "0x0097", Optional.of("mpt3sas")).together(DISK, FIRST);
    sysfs.file(DEVICES + DISK + "/class", "0x010700");
    rdma(sysfs);
    vdpa(sysfs);
    return sysfs;
  }

  private static void link(FakeSysfs sysfs, String path, String name, String type) {
    sysfs.file(path + "/net/" + name + "/type", type);
    sysfs.file(path + "/net/" + name + "/address", "02:00:00:00:00:01");
    sysfs.file(path + "/net/" + name + "/operstate", "up");
  }

  private static void rdma(FakeSysfs sysfs) {
    String card = DEVICES + MLX;
    sysfs.function(MLX, "0x15b3", "0x101d", Optional.of("mlx5_core"));
    link(sysfs, card, "ib0", "32");
    sysfs.file(card + "/net/ib0/phys_port_name", "p0").file(card + "/net/ib0/dev_port", "0");
    link(sysfs, card, "ib0_0", "32");
    sysfs.file(card + "/net/ib0_0/phys_port_name", "pf0sf88");
    sysfs.file(card + "/infiniband/mlx5_0/ports/1/pkeys/0", "0x7fff");
    sysfs.file(card + "/infiniband_verbs/uverbs0/ibdev", "mlx5_0");
    sysfs.file(card + "/infiniband_mad/umad0/ibdev", "mlx5_0");
    sysfs.directory("class/misc/rdma_cm");
    String part = card + "/mlx5_core.sf.2";
    sysfs.file(part + "/sfnum", "88");
    sysfs.link(part + "/driver", "../../../../auxiliary/drivers/mlx5_core.sf");
    link(sysfs, part, "sf88", "1");
  }

  private static void vdpa(FakeSysfs sysfs) {
    String function = DEVICES + VDPA;
    sysfs.function(VDPA, "0x1af4", "0x1041", Optional.of("vp-vdpa"));
    sysfs.directory(function + "/vdpa0/vhost-vdpa-0");
    sysfs.link(function + "/vdpa0/subsystem", "../../../../vdpa");
    sysfs.link(function + "/vdpa0/driver", "../../../../vdpa/drivers/vhost_vdpa");
    sysfs.link("bus/vdpa/devices/vdpa0", "../../pci/devices/" + VDPA + "/vdpa0");
    link(sysfs, function + "/vdpa1/virtio5", "eth7", "1");
    sysfs.link(function + "/vdpa1/subsystem", "../../../../vdpa");
    sysfs.link(function + "/vdpa1/driver", "../../../../vdpa/drivers/virtio_vdpa");
    sysfs.link("bus/vdpa/devices/vdpa1", "../../pci/devices/" + VDPA + "/vdpa1");
  }
}
