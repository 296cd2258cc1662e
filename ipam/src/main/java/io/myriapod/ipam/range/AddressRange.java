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
 * @param gateway may lie outside the subnet, as the reference up to 1.9.1 lets it; of its family
 */
public record AddressRange(
    IpPrefix subnet, InetAddress start, InetAddress end, InetAddress gateway) {

  /** As configured, nothing checked against each other yet. */
  public record Draft(
      IpPrefix subnet,
      Optional<InetAddress> start,
      Optional<InetAddress> end,
      Optional<InetAddress> gateway) {}

  /** A part of a range that does not go together with the others. */
  public static final class Fault extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    Fault(String key, String finding) {
      super(finding);
      this.key = key;
    }

    /** The part: {@code subnet}, {@code rangeStart}, {@code rangeEnd} or {@code gateway}. */
    public String key() {
      return key;
    }
  }

  /**
   * Fills in what is missing (gateway and start: the first address after the network's own; end:
   * the last, less the broadcast address in IPv4) and checks the rest.
   *
   * @throws Fault with the reference's text
   */
  public static AddressRange canonical(Draft draft) {
    IpPrefix subnet = draft.subnet();
    if (subnet.length() > IpAddresses.bits(subnet.address()) - 2) {
      throw new Fault("subnet", "Network %s too small to allocate from".formatted(subnet));
    }
    if (!subnet.network().equals(subnet)) {
      throw new Fault(
          "subnet",
          "Network has host bits set. For a subnet mask of length %d the network address is %s"
              .formatted(subnet.length(), IpAddresses.format(subnet.network().address())));
    }
    InetAddress first = AddressOrder.plus(subnet.address(), 1);
    InetAddress last = lastOf(subnet);
    InetAddress start = draft.start().orElse(first);
    requireInside("rangeStart", start, subnet);
    InetAddress end = draft.end().orElse(last);
    requireInside("rangeEnd", end, subnet);
    if (AddressOrder.compare(start, end) > 0) {
      throw new Fault(
          draft.start().isPresent() ? "rangeStart" : "rangeEnd",
          "RangeStart %s is after RangeEnd %s"
              .formatted(IpAddresses.format(start), IpAddresses.format(end)));
    }
    InetAddress gateway = draft.gateway().orElse(first);
    if (IpAddresses.isV6(gateway) != subnet.isV6()) {
      throw new Fault("gateway", "want an address of the family of " + subnet);
    }
    return new AddressRange(subnet, start, end, gateway);
  }

  private static void requireInside(String key, InetAddress address, IpPrefix subnet) {
    if (!subnet.contains(address)) {
      String name = Character.toUpperCase(key.charAt(0)) + key.substring(1);
      throw new Fault(
          key, "%s %s not in network %s".formatted(name, IpAddresses.format(address), subnet));
    }
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
