package io.myriapod.linux.pci;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Devices as sysfs has them, and which links belong to them. Paths are below {@code /sys}. */
public record DeviceTree(Sysfs sysfs) {
  private static final Pattern REPRESENTOR = Pattern.compile("(c[0-9]+)?pf[0-9]+(vf|sf)[0-9]+");
  private static final Set<String> UIO_DRIVERS = Set.of("uio_pci_generic", "igb_uio");

  /** Whether it is vfio-pci or a driver built on it, such as mlx5_vfio_pci. */
  public static boolean isVfio(String driver) {
    return driver.contains("vfio");
  }

  /**
   * Whether a driver of that name gives devices to programs, by VFIO or UIO, and leaves no link.
   */
  public static boolean isForPrograms(String driver) {
    return isVfio(driver) || UIO_DRIVERS.contains(driver);
  }

  public static String pathOf(PciAddress pci) {
    return "bus/pci/devices/" + pci;
  }

  public static String pathOfAuxiliary(String id) {
    return "bus/auxiliary/devices/" + id;
  }

  public boolean exists(String path) {
    return sysfs.exists(path);
  }

  public Optional<String> driverOf(PciAddress pci) {
    return sysfs.linkTarget(pathOf(pci) + "/driver");
  }

  /** Whether a driver is bound that shows a link of it, in whatever namespace. */
  public boolean isDrivenByKernel(PciAddress pci) {
    return driverOf(pci).filter(driver -> !isForPrograms(driver)).isPresent();
  }

  /** The driver that gives it to programs, if such a one is bound. */
  public Optional<String> userspaceDriverOf(PciAddress pci) {
    return driverOf(pci).filter(DeviceTree::isForPrograms);
  }

  /** The links of that function, as {@link #linksAt} finds them. */
  public List<Link> linksOf(PciAddress pci, Links links) {
    return linksAt(pathOf(pci), links);
  }

  /** The link of the function itself, as {@link #ownOf} chooses. */
  public Optional<Link> linkOf(PciAddress pci, Links links) {
    Map<String, Link> byName =
        linksOf(pci, links).stream().collect(Collectors.toMap(Link::name, link -> link));
    return ownOf(pci, byName.keySet()).stream().findFirst().map(byName::get);
  }

  /**
   * Those interfaces that are the function's own, of all that belong to it. A physical function in
   * switchdev mode also has those that represent its virtual ones; of one with several ports the
   * first port's comes first. Files {@code phys_port_name} and {@code dev_port}:
   * Documentation/ABI/testing/sysfs-class-net, and
   * Documentation/networking/devlink/devlink-port.rst for the names.
   */
  public List<String> ownOf(PciAddress pci, Collection<String> interfaces) {
    return interfaces.stream()
        .filter(name -> !isRepresentor(pci, name))
        .sorted(Comparator.comparing((String name) -> port(pci, name)).thenComparing(name -> name))
        .toList();
  }

  private boolean isRepresentor(PciAddress pci, String name) {
    return said(pci, name, "phys_port_name").filter(REPRESENTOR.asMatchPredicate()).isPresent();
  }

  private int port(PciAddress pci, String name) {
    return said(pci, name, "dev_port")
        .filter(port -> port.matches("[0-9]{1,9}"))
        .map(Integer::valueOf)
        .orElse(0);
  }

  private Optional<String> said(PciAddress pci, String name, String file) {
    return sysfs.answer("%s/net/%s/%s".formatted(pathOf(pci), name, file));
  }

  /**
   * The links of the device at that path, by name. The kernel says of a link what lies behind it
   * (since Linux 5.14); where it says nothing, the names in sysfs count, which shows the namespace
   * that it was mounted in.
   */
  public List<Link> linksAt(String path, Links links) {
    List<String> devices = devicesAt(path);
    List<Link> told =
        links.list().stream()
            .filter(link -> link.parentDevice().filter(devices::contains).isPresent())
            .toList();
    return (told.isEmpty() ? listed(path, devices, links) : told)
        .stream().sorted(Comparator.comparing(Link::name)).toList();
  }

  private List<Link> listed(String path, List<String> devices, Links links) {
    return Stream.concat(Stream.of(""), devices.stream().map(each -> "/" + each))
        .flatMap(below -> sysfs.list(path + below + "/net").stream())
        .flatMap(name -> links.find(name).stream())
        .filter(link -> link.parentDevice().isEmpty())
        .toList();
  }

  /** Whether a virtual function is behind the link; inside a virtual machine that is not known. */
  public boolean isOfVirtualFunction(Link link) {
    return link.parentDevice()
        .flatMap(PciAddress::of)
        .filter(pci -> sysfs.exists(pathOf(pci) + "/physfn"))
        .isPresent();
  }

  /**
   * The PCI function behind a link: that which the kernel names, or the one that a virtio device
   * hangs on.
   */
  public Optional<PciAddress> pciOf(Link link) {
    return link.parentDevice()
        .flatMap(device -> PciAddress.of(device).or(() -> aboveVirtio(device)));
  }

  private Optional<PciAddress> aboveVirtio(String device) {
    if (!device.startsWith("virtio")) {
      return Optional.empty();
    }
    return sysfs.list("bus/pci/devices").stream()
        .flatMap(address -> PciAddress.of(address).stream())
        .filter(pci -> sysfs.exists(pathOf(pci) + "/" + device))
        .findFirst();
  }

  /** Whether a link with that device behind it belongs to the path. */
  public boolean isAt(String path, Optional<String> parentDevice) {
    return parentDevice.filter(devicesAt(path)::contains).isPresent();
  }

  /** The device itself, and what lies between a virtio function and its link. */
  private List<String> devicesAt(String path) {
    List<String> devices = new ArrayList<>();
    devices.add(path.substring(path.lastIndexOf('/') + 1));
    sysfs.list(path).stream().filter(name -> name.startsWith("virtio")).forEach(devices::add);
    return devices;
  }
}
