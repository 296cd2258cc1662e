package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Address;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the addresses of a result with the leases. A chain's result may hold addresses of other
 * plugins: those outside every subnet of this network's ranges are theirs.
 *
 * @param leased what the owner holds
 * @param holders who holds an address of the result, as far as anybody does
 */
record LeaseCheck(
    HostLocalConfig config,
    LeaseOwner owner,
    Set<InetAddress> leased,
    Map<InetAddress, String> holders) {
  LeaseCheck {
    leased = Set.copyOf(leased);
    holders = Map.copyOf(holders);
  }

  /** Throws code 106 if one that is ours is not leased, or none is. */
  void require(List<Address> addresses) {
    List<InetAddress> missing =
        addresses.stream()
            .map(address -> address.address().address())
            .filter(address -> isOurs(address) && !leased.contains(address))
            .toList();
    if (!missing.isEmpty()) {
      throw notLeased(missing.stream().map(this::shown).collect(Collectors.joining("; ")));
    }
    if (addresses.stream().noneMatch(each -> leased.contains(each.address().address()))) {
      throw notLeased("no address is leased to it");
    }
  }

  private String shown(InetAddress address) {
    String text = IpAddresses.format(address);
    return "%s is not leased to it, %s"
        .formatted(
            text,
            Optional.ofNullable(holders.get(address))
                .map(holder -> "but to " + holder)
                .orElse("nor to anybody: there is no lease file of that name"));
  }

  private boolean isOurs(InetAddress address) {
    return config.sets().stream()
        .flatMap(set -> set.ranges().stream())
        .anyMatch(range -> range.subnet().contains(address));
  }

  private CniException notLeased(String what) {
    return new CniException(
        ErrorCode.CHECK_FAILED,
        "check leases of %s/%s in network \"%s\": %s"
            .formatted(owner.container(), owner.interfaceName(), config.network(), what),
        "the leases are the files in %s/%s: recreate the pod, its address may be given away"
            .formatted(config.dataDir(), config.network()));
  }
}
