package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/** Finds virtual functions, their links and their cards, by PCI address and never by name. */
record Functions(PciBus bus, DeviceTree tree) {
  static Functions in(Sysfs sysfs) {
    return new Functions(new PciBus(sysfs), new DeviceTree(sysfs));
  }

  /** The function. Throws CniException 113 if there is none. */
  PciFunction require(PciAddress address) {
    return bus.find(address)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.DEVICE_NOT_FOUND,
                    "take virtual function %s: there is no PCI function of that address"
                        .formatted(address),
                    "`myriapod vf list` shows those that are there"));
  }

  /** The card of a virtual function, as long as both are there and the card has a link here. */
  Optional<Card> cardOf(PciAddress address, NetworkNamespace host) {
    return bus.find(address).flatMap(PciFunction::virtualOf).flatMap(place -> card(place, host));
  }

  private Optional<Card> card(VirtualOf place, NetworkNamespace host) {
    return tree.linkOf(place.physical(), host.links())
        .map(
            physical ->
                new Card(
                    host.links(),
                    physical,
                    bus.driverOf(place.physical()).orElse("none"),
                    place.index()));
  }

  /** Its link on the node. */
  Optional<Link> linkOf(PciAddress address, NetworkNamespace host) {
    return tree.linkOf(address, host.links());
  }
}
