package io.myriapod.base.bridge;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import java.util.List;

/**
 * The gateway addresses of one bridge. As with the reference plugin, an IPv4 address that is there
 * already rules out any other, an IPv6 address one whose subnet overlaps; {@code forceAddress}
 * makes the old one give way.
 */
final class BridgeAddresses {
  private final NetworkNamespace host;
  private final Link bridge;
  private final boolean force;

  BridgeAddresses(NetworkNamespace host, Link bridge, boolean force) {
    this.host = host;
    this.bridge = bridge;
    this.force = force;
  }

  /** Adds what is missing. Throws CniException 7 if an address is in the way. */
  void settle(List<IpPrefix> wanted) {
    List<IpPrefix> there =
        host.addresses().list(bridge.index()).stream().map(LinkAddress::prefix).toList();
    for (IpPrefix prefix : wanted) {
      if (!there.contains(prefix)) {
        clear(prefix, there.stream().filter(one -> !wanted.contains(one)).toList());
        add(prefix);
      }
    }
  }

  private void clear(IpPrefix wanted, List<IpPrefix> others) {
    for (IpPrefix other : others) {
      if (!inTheWay(other, wanted)) {
        continue;
      }
      if (!force) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "bridge \"%s\" has the address %s: want %s".formatted(bridge.name(), other, wanted),
            "give all networks of this bridge one gateway, or set \"forceAddress\": true");
      }
      remove(other);
    }
  }

  private static boolean inTheWay(IpPrefix there, IpPrefix wanted) {
    if (there.isV6() != wanted.isV6()) {
      return false;
    }
    return !there.isV6() || there.overlaps(wanted);
  }

  private void add(IpPrefix prefix) {
    try {
      host.addresses().add(bridge.index(), prefix, AddressFlag.NODAD);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  private void remove(IpPrefix prefix) {
    try {
      host.addresses().delete(bridge.index(), prefix);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EADDRNOTAVAIL)) {
        throw e;
      }
    }
  }
}
