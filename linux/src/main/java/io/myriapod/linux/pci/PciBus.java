package io.myriapod.linux.pci;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The PCI functions of the machine. Each method reads anew, and only what the kernel tells at once,
 * whatever is done to the function meanwhile, unless it says otherwise.
 */
public final class PciBus {
  private static final String DEVICES = "bus/pci/devices";
  private static final String VIRTUAL = "virtfn";
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]{1,7}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,9}");

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
    return addresses().stream()
        .filter(address -> sysfs.exists(pathOf(address, "sriov_totalvfs")))
        .flatMap(address -> find(address).stream())
        .toList();
  }

  /** All functions, by address; whatever they are. */
  public List<PciAddress> addresses() {
    return sysfs.list(DEVICES).stream().flatMap(name -> PciAddress.of(name).stream()).toList();
  }

  /** What kind of device it is; zeros where the kernel does not say, as when it just went. */
  public PciIdentity identityOf(PciAddress address) {
    return text(address, "modalias")
        .flatMap(PciIdentity::ofModalias) // one file instead of three
        .orElseGet(
            () ->
                new PciIdentity(
                    number(address, "vendor").orElse(0),
                    number(address, "device").orElse(0),
                    number(address, "class").orElse(0)));
  }

  /** The NUMA node that it is on; absent where the machine does not tell. */
  public Optional<Integer> numaNodeOf(PciAddress address) {
    return number(address, "numa_node").filter(node -> node >= 0);
  }

  /** The virtual functions that a function has, by index; none if it can have none. */
  public Map<Integer, PciAddress> virtualFunctionsOf(PciAddress address) {
    return sysfs.exists(pathOf(address, "sriov_totalvfs")) ? virtualFunctions(address) : Map.of();
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

  /**
   * The number that the firmware gave to a device on the main board. Documentation/ABI/testing/
   * sysfs-bus-pci, {@code acpi_index}
   */
  public Optional<Long> acpiIndexOf(PciAddress address) {
    return sysfs.number(pathOf(address, "acpi_index"));
  }

  /** The file below {@code /dev} by which a program gets a function whose driver is one of UIO. */
  public Optional<String> uioFileOf(PciAddress address) {
    return sysfs.list(pathOf(address, "uio")).stream()
        .filter(name -> name.matches("uio[0-9]{1,9}"))
        .findFirst();
  }

  /**
   * The file below {@code /dev} by which a program gets that function alone over {@code
   * /dev/iommu}, if the kernel has it (CONFIG_VFIO_DEVICE_CDEV). Documentation/driver-api/vfio.rst
   */
  public Optional<String> vfioFileOf(PciAddress address) {
    return sysfs.list(pathOf(address, "vfio-dev")).stream()
        .filter(name -> name.matches("vfio[0-9]{1,9}"))
        .findFirst()
        .map(name -> "vfio/devices/" + name);
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
    PciIdentity identity = identityOf(address);
    return new PciFunction(
        address,
        identity.vendor(),
        identity.device(),
        identity.classCode(),
        driverOf(address),
        iommuGroupOf(address),
        numaNodeOf(address),
        links,
        links.isEmpty() && sysfs.exists(pathOf(address, "net")),
        virtualOf(address),
        sriov(address),
        text(address, "reset_method")
            .map(text -> Arrays.asList(text.split("\\s+")))
            .orElse(List.of()),
        sysfs.exists(pathOf(address, "reset")));
  }

  /** The group that the IOMMU sees that function in; absent without IOMMU. */
  public Optional<IommuGroup> iommuGroupOf(PciAddress address) {
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
                foreseenIndex(physical, address)
                    .filter(index -> functionAt(physical, index).equals(Optional.of(address)))
                    .or(() -> searchedIndex(physical, address))
                    .map(index -> new VirtualOf(physical, index)));
  }

  /** A card has hundreds: the inverse of {@link #foreseen} saves looking at all for each. */
  private Optional<Integer> foreseenIndex(PciAddress physical, PciAddress virtual) {
    int stride = Math.max(1, number(physical, "sriov_stride").orElse(1));
    int offset = number(physical, "sriov_offset").orElse(0);
    return virtual.minus(physical).stream()
        .map(distance -> distance - offset)
        .filter(steps -> steps >= 0 && steps % stride == 0)
        .mapToObj(steps -> steps / stride)
        .findFirst();
  }

  private Optional<Integer> searchedIndex(PciAddress physical, PciAddress virtual) {
    return virtualFunctions(physical).entrySet().stream()
        .filter(entry -> entry.getValue().equals(virtual))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Optional<PciAddress> functionAt(PciAddress physical, int index) {
    return sysfs.linkTarget(pathOf(physical, VIRTUAL + index)).flatMap(PciAddress::of);
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
        .filter(HEXADECIMAL.asMatchPredicate())
        .map(digits -> Integer.parseInt(digits, 16))
        .findFirst();
  }

  private static Optional<Integer> decimal(String text) {
    return Stream.of(text).filter(DECIMAL.asMatchPredicate()).map(Integer::parseInt).findFirst();
  }
}
