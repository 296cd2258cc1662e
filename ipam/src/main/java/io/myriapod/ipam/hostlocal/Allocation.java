package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Address;
import io.myriapod.ipam.lease.HeldLeases;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.ipam.range.AddressRange;
import io.myriapod.ipam.range.RangeSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One ADD at work in a held directory: an address per range set, or none at all. */
final class Allocation {
  private final HostLocalConfig config;
  private final HeldLeases leases;
  private final LeaseOwner owner;
  private final PoolErrors errors;
  private final List<InetAddress> taken = new ArrayList<>();

  Allocation(HostLocalConfig config, HeldLeases leases, LeaseOwner owner) {
    this.config = config;
    this.leases = leases;
    this.owner = owner;
    this.errors = new PoolErrors(config, leases);
  }

  List<Address> run() {
    requireNone();
    boolean complete = false;
    try {
      List<Address> addresses = new ArrayList<>();
      for (int index = 0; index < config.sets().size(); index++) {
        InetAddress address = lease(index);
        taken.add(address);
        addresses.add(result(config.sets().get(index), address));
      }
      complete = true;
      return addresses;
    } finally {
      if (!complete) {
        taken.forEach(address -> leases.free(address, owner));
      }
    }
  }

  /** Before the first is taken, so that what an earlier ADD holds is left as it is. */
  void requireNone() {
    List<InetAddress> held = leases.claimsOf(owner);
    for (int index = 0; index < config.sets().size(); index++) {
      Optional<InetAddress> own =
          held.stream().filter(config.sets().get(index)::contains).findFirst();
      if (own.isPresent()) {
        throw errors.duplicate(index, own.get(), owner);
      }
    }
  }

  private InetAddress lease(int index) {
    Optional<InetAddress> requested = config.requested().get(index);
    if (requested.isPresent()) {
      if (!leases.reserve(requested.get(), owner, index)) {
        throw errors.taken(index, requested.get());
      }
      return requested.get();
    }
    return leases
        .reserveNext(config.sets().get(index), owner, index)
        .orElseThrow(() -> errors.exhausted(index, ErrorCode.POOL_EXHAUSTED));
  }

  private static Address result(RangeSet set, InetAddress address) {
    AddressRange range = set.rangeOf(address).orElseThrow();
    return new Address(range.onLink(address), Optional.of(range.gateway()), Optional.empty());
  }
}
