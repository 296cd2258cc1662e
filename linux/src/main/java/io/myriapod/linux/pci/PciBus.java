package io.myriapod.linux.pci;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PCI functions of the machine. Each method reads anew, and only what the kernel tells at once,
 * whatever is done to the function meanwhile, unless it says otherwise.
 */
public final class PciBus {
  private static final String DEVICES = "bus/pci/devices";
  private static final String VIRTUAL = "virtfn";

  private final Sysfs sysfs;

  public PciBus(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** Below {@code /sys}. */
  public static String pathOf(PciAddress function, String file) {
    return DeviceTree.pathOf(function) + "/" + file;
  }

  /** The function at that address; empty if there is none. */
  public Optional<PciFunction> find(PciAddress address) {
    return sysfs.exists(DeviceTree.pathOf(address)) ? Optional.of(read(address)) : Optional.empty();
  }

  /** The physical function of a virtual one, then that function itself; it alone if it is none. */
  public List<PciAddress> withPhysical(PciAddress address) {
    return Stream.concat(virtualOf(address).map(VirtualOf::physical).stream(), Stream.of(address))
        .toList();
  }

  /** The functions that can have virtual ones, by address. */
  public List<PciFunction> physicalFunctions() {
    return sysfs.list(DEVICES).stream()
        .flatMap(name -> PciAddress.of(name).stream())
        .filter(address -> sysfs.exists(pathOf(address, "sriov_totalvfs")))
        .flatMap(address -> find(address).stream())
        .toList();
  }

  /** The driver that is bound to that function. */
  public Optional<String> driverOf(PciAddress address) {
    return sysfs.linkTarget(pathOf(address, "driver"));
  }

  /**
   * The only driver that may be bound to that function, if somebody said so. May not return before
   * a bind, unbind, reset or change of the number of virtual functions that is under way: Linux
   * holds the device's lock. drivers/pci/pci-sysfs.c, driver_override_show
   */
  public Optional<String> driverOverrideOf(PciAddress address) {
    return text(address, "driver_override");
  }

  /** Whether a driver of that name is there to be bound. */
  public boolean knowsDriver(String name) {
    return sysfs.exists("bus/pci/drivers/" + name);
  }

  /** Whether an IOMMU isolates anything on this machine. */
  public boolean hasIommu() {
    return !sysfs.list("kernel/iommu_groups").isEmpty();
  }

  /**
   * Where the virtual functions of a physical one are going to be, as its capability says: offset
   * and stride in the numbering of bus, device and function. Empty if it does not say.
   */
  public List<PciAddress> foreseen(PciAddress physical, int number) {
    int offset = number(physical, "sriov_offset").orElse(0);
    int stride = number(physical, "sriov_stride").orElse(0);
    if (offset == 0) {
      return List.of();
    }
    List<PciAddress> addresses = new ArrayList<>();
    for (int index = 0; index < number; index++) {
      addresses.add(physical.plus(offset + index * stride));
    }
    return addresses;
  }

  private PciFunction read(PciAddress address) {
    List<String> links = sysfs.list(pathOf(address, "net"));
    return new PciFunction(
        address,
        number(address, "vendor").orElse(0),
        number(address, "device").orElse(0),
        number(address, "class").orElse(0),
        driverOf(address),
        iommuGroup(address),
        number(address, "numa_node").filter(node -> node >= 0),
        links,
        links.isEmpty() && sysfs.exists(pathOf(address, "net")),
        virtualOf(address),
        sriov(address),
        text(address, "reset_method")
            .map(text -> Arrays.asList(text.split("\\s+")))
            .orElse(List.of()),
        sysfs.exists(pathOf(address, "reset")));
  }

  private Optional<IommuGroup> iommuGroup(PciAddress address) {
    return sysfs
        .linkTarget(pathOf(address, "iommu_group"))
        .flatMap(PciBus::decimal)
        .map(number -> new IommuGroup(number, membersOf(number), isNoIommu(number)));
  }

  private List<PciAddress> membersOf(int group) {
    return sysfs.list("kernel/iommu_groups/" + group + "/devices").stream()
        .flatMap(name -> PciAddress.of(name).stream())
        .sorted()
        .toList();
  }

  /** Linux names the groups that vfio makes up {@code vfio-noiommu}. */
  private boolean isNoIommu(int group) {
    return sysfs
        .read("kernel/iommu_groups/" + group + "/name")
        .filter("vfio-noiommu"::equals)
        .isPresent();
  }

  private Optional<VirtualOf> virtualOf(PciAddress address) {
    return sysfs
        .linkTarget(pathOf(address, "physfn"))
        .flatMap(PciAddress::of)
        .flatMap(
            physical ->
                virtualFunctions(physical).entrySet().stream()
                    .filter(entry -> entry.getValue().equals(address))
                    .findFirst()
                    .map(entry -> new VirtualOf(physical, entry.getKey())));
  }

  private Optional<Sriov> sriov(PciAddress address) {
    return number(address, "sriov_totalvfs")
        .map(
            total ->
                new Sriov(
                    total,
                    number(address, "sriov_drivers_autoprobe").orElse(1) != 0,
                    virtualFunctions(address)));
  }

  private Map<Integer, PciAddress> virtualFunctions(PciAddress physical) {
    Map<Integer, PciAddress> functions = new HashMap<>();
    for (String name : sysfs.list(DeviceTree.pathOf(physical))) {
      if (name.startsWith(VIRTUAL)) {
        Optional<PciAddress> target =
            sysfs.linkTarget(pathOf(physical, name)).flatMap(PciAddress::of);
        decimal(name.substring(VIRTUAL.length()))
            .ifPresent(index -> target.ifPresent(one -> functions.put(index, one)));
      }
    }
    return functions;
  }

  /** A file's text; what is empty, or unset in the kernel's words, is none. */
  private Optional<String> text(PciAddress address, String file) {
    return sysfs
        .read(pathOf(address, file))
        .filter(text -> !text.isEmpty() && !text.equals("(null)"));
  }

  private Optional<Integer> number(PciAddress address, String file) {
    return text(address, file)
        .flatMap(text -> text.startsWith("0x") ? hexadecimal(text.substring(2)) : decimal(text));
  }

  private static Optional<Integer> hexadecimal(String text) {
    return Stream.of(text)
        .filter(digits -> digits.matches("[0-9a-fA-F]{1,7}"))
        .map(digits -> Integer.parseInt(digits, 16))
        .findFirst();
  }

  private static Optional<Integer> decimal(String text) {
    return Stream.of(text)
        .filter(digits -> digits.matches("-?[0-9]{1,9}"))
        .map(Integer::parseInt)
        .findFirst();
  }
}
