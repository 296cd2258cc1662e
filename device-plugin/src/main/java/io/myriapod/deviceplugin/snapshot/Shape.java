package io.myriapod.deviceplugin.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What of a folder of sysfs is copied: all that is read of devices anywhere, and nothing else. No
 * MAC address is in here, and no file whose reading waits for a driver.
 *
 * @param name of the folder
 * @param files with one line of text
 * @param links by name, and the folder in which their target is, seen from here
 */
record Shape(
    Predicate<String> name, Set<String> files, Map<String, String> links, List<Shape> inside) {
  private static final String AUXILIARY = "[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[0-9]{1,10}";

  private static final Shape NET =
      folder(
          "net"::equals, folder(any(), Set.of("type", "dev_port", "phys_port_name", "operstate")));

  private static final Shape PKEYS =
      folder("ports"::equals, folder("1"::equals, folder("pkeys"::equals, Set.of("0"))));

  private static final Shape RDMA = folder("infiniband"::equals, folder(any(), PKEYS));

  private static final Shape RDMA_FILES =
      folder(
          name -> name.equals("infiniband_verbs") || name.equals("infiniband_mad"),
          folder(any(), Set.of("ibdev")));

  private static final Shape VIRTIO = folder(name -> name.startsWith("virtio"), NET);

  private static final Shape UIO = folder("uio"::equals, folder(any()));

  private static final Shape VFIO = folder("vfio-dev"::equals, folder(any()));

  private static final Set<String> FUNCTION_FILES =
      Set.of(
          "vendor",
          "device",
          "class",
          "subsystem_vendor",
          "subsystem_device",
          "revision",
          "numa_node",
          "acpi_index",
          "label",
          "sriov_totalvfs",
          "sriov_numvfs",
          "sriov_drivers_autoprobe",
          "sriov_offset",
          "sriov_stride",
          "reset_method");

  private static final Map<String, String> FUNCTION_LINKS =
      Map.of(
          "driver", "../../drivers/",
          "physfn", "../",
          "iommu_group", "../../../../kernel/iommu_groups/");

  /**
   * A PCI function with all that hangs on it.
   *
   * @param isVdpa whether that is the name of a vDPA device
   */
  static Shape function(Predicate<String> isVdpa) {
    Shape vdpa =
        new Shape(
            isVdpa,
            Set.of(),
            Map.of("driver", "../../../../vdpa/drivers/", "subsystem", "../../../../"),
            List.of(folder(name -> name.matches("vhost-vdpa-[0-9]{1,9}|virtio[0-9]{1,9}"), NET)));
    Shape auxiliary =
        new Shape(
            Shape::isAuxiliary,
            Set.of("sfnum"),
            Map.of("driver", "../../../../auxiliary/drivers/"),
            List.of(vdpa, NET, RDMA, RDMA_FILES));
    return new Shape(
        any(),
        FUNCTION_FILES,
        FUNCTION_LINKS,
        List.of(vdpa, auxiliary, NET, RDMA, RDMA_FILES, VIRTIO, UIO, VFIO));
  }

  /** Whether it has the form of a name on the auxiliary bus. */
  static boolean isAuxiliary(String name) {
    return name.matches(AUXILIARY);
  }

  private static Predicate<String> any() {
    return name -> true;
  }

  private static Shape folder(Predicate<String> name, Shape... inside) {
    return new Shape(name, Set.of(), Map.of(), List.of(inside));
  }

  private static Shape folder(Predicate<String> name, Set<String> files) {
    return new Shape(name, files, Map.of(), List.of());
  }
}
