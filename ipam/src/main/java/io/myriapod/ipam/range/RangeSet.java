package io.myriapod.ipam.range;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ranges of one family that together are the pool for one address. Rules and texts: the reference's
 * allocator/range_set.go.
 */
public record RangeSet(List<AddressRange> ranges) {

  /** Throws {@link IllegalArgumentException} for no range, mixed families and overlaps. */
  public RangeSet {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("empty range set");
    }
    boolean v6 = ranges.get(0).subnet().isV6();
    if (ranges.stream().anyMatch(range -> range.subnet().isV6() != v6)) {
      throw new IllegalArgumentException("mixed address families");
    }
    for (int i = 0; i < ranges.size(); i++) {
      for (int j = i + 1; j < ranges.size(); j++) {
        if (ranges.get(i).overlaps(ranges.get(j))) {
          throw new IllegalArgumentException(
              "subnets %s and %s overlap".formatted(ranges.get(i), ranges.get(j)));
        }
      }
    }
  }

  /** The range that the address lies in. */
  public Optional<AddressRange> rangeOf(InetAddress address) {
    return ranges.stream().filter(range -> range.contains(address)).findFirst();
  }

  /** Whether the address can come from here. */
  public boolean contains(InetAddress address) {
    return rangeOf(address).isPresent();
  }

  /** Whether any two ranges of the two sets share an address. */
  public boolean overlaps(RangeSet other) {
    return ranges.stream().anyMatch(mine -> other.ranges.stream().anyMatch(mine::overlaps));
  }

  /** Whether the set is IPv6. */
  public boolean isV6() {
    return ranges.get(0).subnet().isV6();
  }

  /** How many addresses can be leased. */
  public BigInteger size() {
    return ranges.stream().map(AddressRange::size).reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Override
  public String toString() {
    return ranges.stream().map(AddressRange::toString).collect(Collectors.joining(","));
  }
}
