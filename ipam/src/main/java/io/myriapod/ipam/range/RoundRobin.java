package io.myriapod.ipam.range;

import io.myriapod.types.IpAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The order in which a range set is used: from the address after the last one leased to the end,
 * then from the start, gateways left out. A container that crashes in a loop meets its old address
 * again only after the whole set. The reference's RangeIter.
 */
public final class RoundRobin {

  /** Finds the first address that is not taken, at or after another. */
  @FunctionalInterface
  public interface Occupancy {
    /** The lowest free number that is not below {@code from}; it may lie beyond any range. */
    BigInteger firstFree(BigInteger from);
  }

  private RoundRobin() {}

  /** The next free address after {@code last}; empty if every one of the set is taken. */
  public static Optional<InetAddress> next(
      RangeSet set, Optional<InetAddress> last, Occupancy occupied) {
    List<AddressRange> ranges = set.ranges();
    Optional<AddressRange> current = last.flatMap(set::rangeOf);
    int first = current.map(ranges::indexOf).orElse(0);
    BigInteger from =
        current
            .map(range -> AddressOrder.number(last.orElseThrow()).add(BigInteger.ONE))
            .orElse(AddressOrder.number(ranges.get(0).start()));
    // one step more than there are ranges: the first one is visited again, from its start
    for (int step = 0; step <= ranges.size(); step++) {
      AddressRange range = ranges.get((first + step) % ranges.size());
      BigInteger at = step == 0 ? from : AddressOrder.number(range.start());
      Optional<InetAddress> free = firstFree(range, at, occupied);
      if (free.isPresent()) {
        return free;
      }
    }
    return Optional.empty();
  }

  private static Optional<InetAddress> firstFree(
      AddressRange range, BigInteger from, Occupancy occupied) {
    BigInteger end = AddressOrder.number(range.end());
    BigInteger candidate = occupied.firstFree(from);
    if (candidate.equals(gatewayOf(range))) {
      candidate = occupied.firstFree(candidate.add(BigInteger.ONE));
    }
    return candidate.compareTo(end) > 0
        ? Optional.empty()
        : Optional.of(AddressOrder.address(candidate, IpAddresses.bits(range.subnet().address())));
  }

  private static BigInteger gatewayOf(AddressRange range) {
    boolean sameFamily =
        IpAddresses.bits(range.gateway()) == IpAddresses.bits(range.subnet().address());
    return sameFamily ? AddressOrder.number(range.gateway()) : BigInteger.ONE.negate();
  }
}
