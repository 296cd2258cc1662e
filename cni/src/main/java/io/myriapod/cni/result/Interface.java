package io.myriapod.cni.result;

import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * An interface that an ADD made or used. CNI SPEC 1.1.0, "ADD Success".
 *
 * @param mac as the plugin wrote it: an InfiniBand address has 20 bytes
 * @param mtu since 1.1.0
 * @param sandbox the network namespace's path; absent for an interface of the host
 * @param socketPath of a vhost-user interface; since 1.1.0
 * @param pciId PCI address of a device; since 1.1.0
 */
public record Interface(
    String name,
    Optional<String> mac,
    Optional<Integer> mtu,
    Optional<String> sandbox,
    Optional<String> socketPath,
    Optional<String> pciId) {

  /** An interface inside a container. */
  public static Interface inContainer(String name, MacAddress mac, int mtu, String sandbox) {
    return new Interface(
        name,
        Optional.of(mac.toString()),
        Optional.of(mtu),
        Optional.of(sandbox),
        Optional.empty(),
        Optional.empty());
  }

  /** A device that was moved into a container; it may have no Ethernet address. */
  public static Interface ofDevice(
      String name, Optional<MacAddress> mac, int mtu, String sandbox, Optional<PciAddress> pci) {
    return new Interface(
        name,
        mac.map(MacAddress::toString),
        Optional.of(mtu),
        Optional.of(sandbox),
        Optional.empty(),
        pci.map(PciAddress::value));
  }

  /** An interface of the host, such as a bridge. */
  public static Interface onHost(String name, MacAddress mac, int mtu) {
    return new Interface(
        name,
        Optional.of(mac.toString()),
        Optional.of(mtu),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same without its MTU. */
  Interface withoutMtu() {
    return new Interface(name, mac, Optional.empty(), sandbox, socketPath, pciId);
  }

  /** The Ethernet address, if there is one and it is one. */
  public Optional<MacAddress> macAddress() {
    try {
      return mac.map(MacAddress::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
