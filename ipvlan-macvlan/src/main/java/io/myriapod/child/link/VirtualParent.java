package io.myriapod.child.link;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * A parent that is a virtual function, and what its physical one says of it.
 *
 * @param physical the physical function's link
 * @param driver the virtual function's
 * @param hasGivenMac whether its MAC is the one that the physical function gave, as far as sysfs
 *     shows the link: it shows those of the namespace that it was mounted in
 */
record VirtualParent(Link physical, Optional<String> driver, boolean hasGivenMac, VfState state) {
  /** NET_ADDR_PERM of addr_assign_type: Documentation/ABI/testing/sysfs-class-net. */
  private static final String BURNT_IN = "0";

  /**
   * That of a link, wherever it is.
   *
   * @param host where physical functions have their links; one that is elsewhere cannot be asked
   */
  static Optional<VirtualParent> of(Link link, NetworkNamespace host, Sysfs sysfs) {
    return Optional.of(link)
        .filter(new DeviceTree(sysfs)::isOfVirtualFunction)
        .flatMap(Link::parentDevice)
        .flatMap(PciAddress::of)
        .flatMap(new PciBus(sysfs)::find)
        .filter(function -> function.virtualOf().isPresent())
        .flatMap(function -> of(link, function, host, sysfs));
  }

  private static Optional<VirtualParent> of(
      Link link, PciFunction function, NetworkNamespace host, Sysfs sysfs) {
    VirtualOf place = function.virtualOf().orElseThrow();
    String origin = "net/%s/addr_assign_type".formatted(link.name());
    boolean given =
        sysfs.read(PciBus.pathOf(function.address(), origin)).filter(BURNT_IN::equals).isPresent();
    return new DeviceTree(sysfs)
        .linkOf(place.physical(), host.links())
        .flatMap(
            physical ->
                Optional.ofNullable(host.links().virtualFunctions(physical).get(place.index()))
                    .map(state -> new VirtualParent(physical, function.driver(), given, state)));
  }

  /**
   * Whether a child with another MAC will reach nobody. igb passes further MACs to a function that
   * it trusts or has given no MAC, and igbvf tells nobody of the refusal (Linux 6.12:
   * igb_set_vf_mac_filter, igbvf_set_uni). Other cards refuse at some number of MACs, or not at
   * all.
   */
  boolean dropsOtherMacs() {
    return driver.filter("igbvf"::equals).isPresent()
        && hasGivenMac
        && state.trust().equals(Optional.of(false));
  }
}
