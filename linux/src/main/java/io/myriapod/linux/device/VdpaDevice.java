package io.myriapod.linux.device;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.Quoted;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A virtio device in hardware, as the bus {@code vdpa} has it. Its link, if the kernel uses it, is
 * that of the path of the device, a slash and its name. Documentation/ABI/testing/sysfs-bus-vdpa
 *
 * @param name {@code vdpa0}, or whatever {@code vdpa dev add name} said
 * @param driver what uses it; absent if nothing does
 * @param vhostFile the file below {@code /dev} by which a program has it, {@code vhost-vdpa-0};
 *     present with the driver for programs
 */
public record VdpaDevice(String name, Optional<String> driver, Optional<String> vhostFile) {
  /** The driver that makes it a virtio device of the kernel's, with a link. */
  public static final String VIRTIO = "virtio_vdpa";

  /** The driver that gives it to programs. */
  public static final String VHOST = "vhost_vdpa";

  public VdpaDevice {
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "vDPA device %s: want a name without \"/\"".formatted(Quoted.shortened(name)));
    }
  }

  /** Those that the PCI function or auxiliary device at that path offers, by name. */
  public static List<VdpaDevice> of(Sysfs sysfs, String device) {
    Set<String> all = new HashSet<>(sysfs.list("bus/vdpa/devices"));
    return all.isEmpty()
        ? List.of()
        : sysfs.list(device).stream()
            .filter(all::contains)
            .filter(name -> isVdpa(sysfs, device + "/" + name))
            .map(name -> read(sysfs, device + "/" + name, name))
            .toList();
  }

  /** The first of them that has that driver. */
  public static Optional<VdpaDevice> of(Sysfs sysfs, String device, String driver) {
    return of(sysfs, device).stream()
        .filter(one -> one.driver().equals(Optional.of(driver)))
        .findFirst();
  }

  /** A vDPA device can have any name, also one that another device's folder has. */
  private static boolean isVdpa(Sysfs sysfs, String path) {
    return sysfs.linkTarget(path + "/subsystem").equals(Optional.of("vdpa"));
  }

  private static VdpaDevice read(Sysfs sysfs, String path, String name) {
    return new VdpaDevice(
        name,
        sysfs.linkTarget(path + "/driver"),
        sysfs.list(path).stream()
            .filter(entry -> entry.matches("vhost-vdpa-[0-9]{1,9}"))
            .findFirst());
  }
}
