package io.myriapod.ipam.range;

import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A run of addresses of one subnet, both ends inclusive, with the gateway that is never leased.
 * Rules and finding texts are those of the reference's allocator/range.go.
 *
 * @param gateway may lie outside the subnet, as the reference up to 1.9.1 lets it
 */
public record AddressRange(
    IpPrefix subnet, InetAddress start, InetAddress end, InetAddress gateway) {

  /** As configured, nothing checked against each other yet. */
  public record Draft(
      IpPrefix subnet,
      Optional<InetAddress> start,
      Optional<InetAddress> end,
      Optional<InetAddress> gateway) {}

  /**
   * Fills in what is missing (gateway and start: the first address after the network's own; end:
   * the last, less the broadcast address in IPv4) and checks the rest.
   *
   * @throws IllegalArgumentException with the reference's text
   */
  public static AddressRange canonical(Draft draft) {
    IpPrefix subnet = draft.subnet();
    if (subnet.length() > IpAddresses.bits(subnet.address()) - 2) {
      throw new IllegalArgumentException("Network %s too small to allocate from".formatted(subnet));
    }
    if (!subnet.network().equals(subnet)) {
      throw new IllegalArgumentException(
          "Network has host bits set. For a subnet mask of length %d the network address is %s"
              .formatted(subnet.length(), IpAddresses.format(subnet.network().address())));
    }
    InetAddress first = AddressOrder.plus(subnet.address(), 1);
    InetAddress last = lastOf(subnet);
    InetAddress start = draft.start().orElse(first);
    requireInside("RangeStart", start, subnet, draft.end());
    InetAddress end = draft.end().orElse(last);
    if (!subnet.contains(end) || AddressOrder.compare(end, start) < 0) {
      throw notInNetwork("RangeEnd", end, subnet);
    }
    return new AddressRange(subnet, start, end, draft.gateway().orElse(first));
  }

  private static void requireInside(
      String key, InetAddress start, IpPrefix subnet, Optional<InetAddress> end) {
    boolean beyondEnd =
        end.filter(e -> IpAddresses.bits(e) == IpAddresses.bits(start))
            .filter(e -> AddressOrder.compare(start, e) > 0)
            .isPresent();
    if (!subnet.contains(start) || beyondEnd) {
      throw notInNetwork(key, start, subnet);
    }
  }

  private static IllegalArgumentException notInNetwork(
      String key, InetAddress address, IpPrefix subnet) {
    return new IllegalArgumentException(
        "%s %s not in network %s".formatted(key, IpAddresses.format(address), subnet));
  }

  private static InetAddress lastOf(IpPrefix subnet) {
    int bits = IpAddresses.bits(subnet.address());
    BigInteger hosts = BigInteger.ONE.shiftLeft(bits - subnet.length()).subtract(BigInteger.ONE);
    BigInteger last = AddressOrder.number(subnet.address()).add(hosts);
    return AddressOrder.address(subnet.isV6() ? last : last.subtract(BigInteger.ONE), bits);
  }

  /** Whether the address lies between start and end; false across families. */
  public boolean contains(InetAddress address) {
    return IpAddresses.bits(address) == IpAddresses.bits(start)
        && AddressOrder.compare(start, address) <= 0
        && AddressOrder.compare(address, end) <= 0;
  }

  /** Whether the two share an address. */
  public boolean overlaps(AddressRange other) {
    return contains(other.start)
        || contains(other.end)
        || other.contains(start)
        || other.contains(end);
  }

  /** How many addresses can be leased: the gateway, if it lies inside, is not one of them. */
  public BigInteger size() {
    BigInteger span = AddressOrder.number(end).subtract(AddressOrder.number(start));
    return contains(gateway) ? span : span.add(BigInteger.ONE);
  }

  /** The address with the subnet's length, as it goes onto a link. */
  public IpPrefix onLink(InetAddress address) {
    return new IpPrefix(address, subnet.length());
  }

  @Override
  public String toString() {
    return IpAddresses.format(start) + "-" + IpAddresses.format(end);
  }
}
