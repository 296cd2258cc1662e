package io.myriapod.deviceplugin.device;

import io.myriapod.deviceplugin.device.NodeDevice.Physical;
import io.myriapod.linux.device.AuxiliaryDevice;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciIdentity;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One look at all devices. What many of them share is read once. */
final class Reading {
  private static final String VIRTIO_DRIVER = "virtio-pci";
  private static final String SUB_FUNCTION = "sf";
  private static final HexFormat HEXADECIMAL = HexFormat.of();
  private static final Map<String, String> LINK_TYPES = // ARPHRD_* in linux/if_arp.h
      Map.of("1", "ether", "32", "infiniband");

  private final Sysfs sysfs;
  private final PciBus bus;
  private final DeviceTree tree;
  private final LinksOfDevices links;
  private final Map<PciAddress, PciIdentity> identities = new LinkedHashMap<>();
  private final Map<PciAddress, Port> ports = new HashMap<>();
  private final Map<PciAddress, Physical> physicalOf = new HashMap<>();

  Reading(Sysfs sysfs, NodeView view) {
    this.sysfs = sysfs;
    this.bus = new PciBus(sysfs);
    this.tree = new DeviceTree(sysfs);
    this.links = new LinksOfDevices(sysfs, view);
  }

  /**
   * A device with its interfaces.
   *
   * @param names of its own ones, the one of the first port first
   * @param first the first of them
   */
  private record Port(
      Optional<String> driver,
      List<String> names,
      Optional<SeenLink> first,
      Optional<String> linkType,
      Optional<String> use,
      int virtualFunctions) {
    Physical of(PciAddress pci, int index) {
      return new Physical(pci, index, names, first.map(link -> link.carrier().orElse(false)));
    }
  }

  List<NodeDevice> all() {
    for (PciAddress address : bus.addresses()) {
      PciIdentity identity = bus.identityOf(address);
      if (identity.baseClass() == PciIdentity.NETWORK_CONTROLLER
          || identity.baseClass() == PciIdentity.PROCESSING_ACCELERATOR) {
        identities.put(address, identity);
      }
    }
    identities.keySet().forEach(this::readVirtualFunctions);
    List<NodeDevice> devices = new ArrayList<>();
    for (PciAddress address : identities.keySet()) {
      List<NodeDevice> read = withAuxiliary(address);
      if (sysfs.exists(DeviceTree.pathOf(address))) { // else it may have been gone all the time
        devices.addAll(read);
      }
    }
    return devices;
  }

  /** A virtual function has none itself, and comes after its physical one. */
  private void readVirtualFunctions(PciAddress address) {
    if (physicalOf.containsKey(address)) {
      return;
    }
    Map<Integer, PciAddress> virtual = bus.virtualFunctionsOf(address);
    if (!virtual.isEmpty()) {
      Port port = port(address, virtual.size());
      ports.put(address, port);
      virtual.forEach((index, function) -> physicalOf.put(function, port.of(address, index)));
    }
  }

  private Port port(PciAddress address, int virtualFunctions) {
    String path = DeviceTree.pathOf(address);
    Optional<String> driver = bus.driverOf(address);
    List<String> folders =
        driver.equals(Optional.of(VIRTIO_DRIVER))
            ? Stream.concat(Stream.of(path), links.virtioOf(path).stream()).toList()
            : List.of(path);
    List<SeenLink> all = new ArrayList<>();
    folders.forEach(folder -> all.addAll(links.at(folder)));
    return port(driver, folders, own(address, all), typeOfPhysical(address), virtualFunctions);
  }

  private Port port(
      Optional<String> driver,
      List<String> folders,
      List<SeenLink> own,
      Optional<String> linkType,
      int virtualFunctions) {
    List<String> names = new ArrayList<>();
    own.forEach(link -> names.add(link.name()));
    Optional<SeenLink> first = own.isEmpty() ? Optional.empty() : Optional.of(own.get(0));
    return new Port(
        driver,
        names,
        first,
        linkType.or(() -> first.flatMap(link -> typeOf(link, folders))),
        links.useOf(own).or(() -> links.useOf(links.ofVdpa(folders.get(0)))),
        virtualFunctions);
  }

  /** Of a virtual function's only interface nobody needs to be asked. */
  private List<SeenLink> own(PciAddress address, List<SeenLink> all) {
    if (all.size() < 2 && physicalOf.containsKey(address)) {
      return all;
    }
    Map<String, SeenLink> byName = new LinkedHashMap<>();
    all.forEach(link -> byName.put(link.name(), link));
    return tree.ownOf(address, byName.keySet()).stream().map(byName::get).toList();
  }

  /** A virtual function's interface is of the type of the physical one's. */
  private Optional<String> typeOfPhysical(PciAddress address) {
    return Optional.ofNullable(physicalOf.get(address))
        .flatMap(physical -> ports.get(physical.pci()).linkType());
  }

  private Optional<String> typeOf(SeenLink link, List<String> folders) {
    return folders.stream()
        .flatMap(folder -> sysfs.answer("%s/net/%s/type".formatted(folder, link.name())).stream())
        .findFirst()
        .map(LINK_TYPES::get);
  }

  private List<NodeDevice> withAuxiliary(PciAddress address) {
    Optional<Physical> physical = Optional.ofNullable(physicalOf.get(address));
    List<AuxiliaryDevice> below =
        physical.isPresent()
                || identities.get(address).baseClass() != PciIdentity.NETWORK_CONTROLLER
            ? List.of()
            : AuxiliaryDevice.of(sysfs, DeviceTree.pathOf(address));
    Port port = ports.computeIfAbsent(address, one -> port(one, 0));
    int subFunctions = (int) below.stream().filter(one -> one.type().equals(SUB_FUNCTION)).count();
    List<NodeDevice> devices = new ArrayList<>();
    devices.add(
        device(
            new DeviceId(address.value()),
            address,
            Optional.empty(),
            physical,
            port,
            subFunctions));
    below.forEach(one -> devices.add(auxiliary(address, port, one)));
    return devices;
  }

  private NodeDevice auxiliary(PciAddress address, Port above, AuxiliaryDevice one) {
    String path = DeviceTree.pathOf(address) + "/" + one.name();
    return device(
        new DeviceId(one.name()),
        address,
        Optional.of(one.type()),
        one.sfnum().map(Long::intValue).map(number -> above.of(address, number)),
        port(one.driver(), List.of(path), links.at(path), Optional.empty(), 0),
        0);
  }

  private NodeDevice device(
      DeviceId id,
      PciAddress pci,
      Optional<String> auxiliaryType,
      Optional<Physical> physical,
      Port port,
      int subFunctions) {
    PciIdentity identity = identities.get(pci);
    return new NodeDevice(
        id,
        pci,
        HEXADECIMAL.toHexDigits((short) identity.vendor()),
        HEXADECIMAL.toHexDigits((short) identity.device()),
        identity.classCode(),
        auxiliaryType,
        port.driver(),
        physical,
        port.names(),
        port.first().flatMap(SeenLink::carrier),
        port.linkType().or(() -> physical.flatMap(one -> ports.get(one.pci()).linkType())),
        bus.numaNodeOf(pci),
        port.virtualFunctions(),
        subFunctions,
        port.use());
  }
}
