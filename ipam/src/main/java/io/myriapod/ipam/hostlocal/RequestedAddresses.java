package io.myriapod.ipam.hostlocal;

import io.myriapod.ipam.config.IpamSection;
import io.myriapod.ipam.range.RangeSet;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which of the addresses that a pod asks for comes from which range set. */
final class RequestedAddresses {
  private RequestedAddresses() {}

  /**
   * One entry per set: the first of the requested that lies in it.
   *
   * @throws io.myriapod.cni.error.CniException code 7 naming every one that no set can give
   */
  static List<Optional<InetAddress>> assign(
      IpamSection section, List<RangeSet> sets, List<InetAddress> requested) {
    List<InetAddress> left = new ArrayList<>(requested);
    List<Optional<InetAddress>> assigned = new ArrayList<>();
    for (RangeSet set : sets) {
      Optional<InetAddress> match = left.stream().filter(set::contains).findFirst();
      match.ifPresent(
          address -> {
            requireNotGateway(section, set, address);
            left.remove(address);
          });
      assigned.add(match);
    }
    if (!left.isEmpty()) {
      String findings =
          left.stream().map(address -> finding(sets, address)).collect(Collectors.joining("; "));
      throw section.invalid(
          "failed to allocate all requested IPs: %s: %s".formatted(texts(left), findings),
          "ask for addresses inside the network's ranges, at most one per range set");
    }
    return assigned;
  }

  private static void requireNotGateway(IpamSection section, RangeSet set, InetAddress address) {
    if (set.rangeOf(address).filter(range -> range.gateway().equals(address)).isPresent()) {
      throw section.invalid(
          "requested ip %s is subnet's gateway".formatted(IpAddresses.format(address)),
          "ask for another address");
    }
  }

  private static String finding(List<RangeSet> sets, InetAddress address) {
    String text = IpAddresses.format(address);
    boolean v6 = IpAddresses.isV6(address);
    if (sets.stream().anyMatch(set -> set.contains(address))) {
      return "the range set of %s gives only one address per interface".formatted(text);
    }
    if (sets.stream().noneMatch(set -> set.isV6() == v6)) {
      return "%s is IPv%d, the network has only IPv%d ranges"
          .formatted(text, v6 ? 6 : 4, v6 ? 4 : 6);
    }
    return "%s not in range set %s"
        .formatted(
            text,
            sets.stream()
                .filter(set -> set.isV6() == v6)
                .map(RangeSet::toString)
                .collect(Collectors.joining(" or ")));
  }

  private static String texts(List<InetAddress> addresses) {
    return addresses.stream().map(IpAddresses::format).collect(Collectors.joining(" "));
  }
}
