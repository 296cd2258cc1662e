package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.ipam.lease.HeldLeases;
import io.myriapod.ipam.lease.Lease;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.ipam.range.RangeSet;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Why an address cannot be had from a pool. */
final class PoolErrors {
  private final HostLocalConfig config;
  private final HeldLeases leases;

  PoolErrors(HostLocalConfig config, HeldLeases leases) {
    this.config = config;
    this.leases = leases;
  }

  CniException exhausted(int index, int code) {
    RangeSet set = config.sets().get(index);
    String oldest =
        leases.oldest(set).map(PoolErrors::shown).map(text -> "; the oldest is " + text).orElse("");
    return new CniException(
        code,
        "lease an address in network \"%s\", range set %d: no IP addresses available in range set: %s: all %s are taken%s"
            .formatted(config.network(), index, set, set.size(), oldest),
        "widen the range, or free leases whose container is gone: they are the files in %s/%s"
            .formatted(config.dataDir(), config.network()));
  }

  CniException taken(int index, InetAddress address) {
    Optional<Lease> lease = leases.find(address);
    return new CniException(
        ErrorCode.ADDRESS_TAKEN,
        "lease %s in network \"%s\": requested IP address %s is not available in range set %s: held by %s"
            .formatted(
                IpAddresses.format(address),
                config.network(),
                IpAddresses.format(address),
                config.sets().get(index),
                lease.map(PoolErrors::shown).orElse("nobody known")),
        "ask for another address, or delete the holder first");
  }

  CniException duplicate(int index, InetAddress address, LeaseOwner owner) {
    return new CniException(
        ErrorCode.ALREADY_ATTACHED,
        "lease an address in network \"%s\", range set %d, for %s/%s: %s has been allocated to %s, duplicate allocation is not allowed"
            .formatted(
                config.network(),
                index,
                owner.container(),
                owner.interfaceName(),
                IpAddresses.format(address),
                owner.container()),
        "an ADD must be followed by a DEL before the next ADD of the same interface");
  }

  private static String shown(Lease lease) {
    return "%s of %s since %s"
        .formatted(
            IpAddresses.format(lease.address()),
            lease.holder().orElse("an unfinished ADD"),
            lease.since().truncatedTo(ChronoUnit.SECONDS));
  }
}
