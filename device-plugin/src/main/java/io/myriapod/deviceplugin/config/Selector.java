package io.myriapod.deviceplugin.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which devices are meant: those that every key allows. A key without values allows all. What tells
 * nothing of devices of the pool's type has no values here.
 *
 * @param vendors four hexadecimal digits in lower case
 * @param devices as vendors
 * @param drivers names of drivers
 * @param pciAddresses in lower case
 * @param acpiIndexes what firmware calls the port
 * @param pfNames physical functions by the name of their interface, whatever its case
 * @param rootDevices physical functions by PCI address
 * @param linkTypes {@code ether}, {@code infiniband}
 * @param ddpProfiles names of dynamic device personalization packages
 * @param pKeys InfiniBand partition keys, as sysfs writes them: {@code 0x7fff}
 * @param auxTypes types on the auxiliary bus: {@code sf}
 * @param isRdma only those that can RDMA; their character devices go into the container
 * @param needVhostNet {@code /dev/vhost-net} and {@code /dev/net/tun} go into the container
 * @param vdpaType only vDPA devices with that driver
 */
public record Selector(
    Set<String> vendors,
    Set<String> devices,
    Set<String> drivers,
    Set<String> pciAddresses,
    Set<String> acpiIndexes,
    List<FunctionRange> pfNames,
    List<FunctionRange> rootDevices,
    Set<String> linkTypes,
    Set<String> ddpProfiles,
    Set<String> pKeys,
    Set<String> auxTypes,
    boolean isRdma,
    boolean needVhostNet,
    Optional<VdpaType> vdpaType) {
  /** Allows every device of its pool's type. */
  public static final Selector ALL =
      new Selector(
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          List.of(),
          List.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          false,
          false,
          Optional.empty());

  /** Copies the collections. */
  public Selector {
    vendors = Set.copyOf(vendors);
    devices = Set.copyOf(devices);
    drivers = Set.copyOf(drivers);
    pciAddresses = Set.copyOf(pciAddresses);
    acpiIndexes = Set.copyOf(acpiIndexes);
    pfNames = List.copyOf(pfNames);
    rootDevices = List.copyOf(rootDevices);
    linkTypes = Set.copyOf(linkTypes);
    ddpProfiles = Set.copyOf(ddpProfiles);
    pKeys = Set.copyOf(pKeys);
    auxTypes = Set.copyOf(auxTypes);
  }
}
