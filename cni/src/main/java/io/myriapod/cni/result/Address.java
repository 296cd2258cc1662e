package io.myriapod.cni.result;

import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An address that an ADD gave. CNI SPEC 1.1.0, {@code ips} of "ADD Success".
 *
 * @param address host bits kept
 * @param interfaceIndex place in the result's {@code interfaces}, from 0; an IPAM plugin gives none
 */
public record Address(
    IpPrefix address, Optional<InetAddress> gateway, Optional<Integer> interfaceIndex) {

  /** The same on the interface of that place in the result's list. */
  public Address onInterface(int index) {
    return new Address(address, gateway, Optional.of(index));
  }

  void requireIndexBelow(int interfaces) {
    interfaceIndex.ifPresent(
        index -> {
          if (index < 0 || index >= interfaces) {
            throw new IllegalArgumentException(
                "address %s is on interface %d: the result has %d interfaces"
                    .formatted(address, index, interfaces));
          }
        });
  }
}
