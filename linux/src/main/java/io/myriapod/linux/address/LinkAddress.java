package io.myriapod.linux.address;

import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * An address on a link: wanted, or as the kernel showed it.
 *
 * @param prefix the address with its prefix length
 * @param scope RT_SCOPE_*: 0 global, 253 link, 254 host; IPv6 has its own by the address
 * @param peer the far end of a point-to-point link
 * @param label IPv4 only; empty text for none
 * @param lifetime absent: for ever
 */
public record LinkAddress(
    int linkIndex,
    IpPrefix prefix,
    Set<AddressFlag> flags,
    int scope,
    Optional<InetAddress> peer,
    Optional<InetAddress> broadcast,
    String label,
    Optional<Lifetime> lifetime) {

  public LinkAddress {
    flags = Set.copyOf(flags);
  }

  /** A global address that lasts, without broadcast address. */
  public static LinkAddress on(int linkIndex, IpPrefix prefix, AddressFlag... flags) {
    Set<AddressFlag> set = EnumSet.noneOf(AddressFlag.class);
    set.addAll(Arrays.asList(flags));
    return new LinkAddress(
        linkIndex, prefix, set, 0, Optional.empty(), Optional.empty(), "", Optional.empty());
  }

  public LinkAddress withBroadcast(InetAddress address) {
    return new LinkAddress(
        linkIndex, prefix, flags, scope, peer, Optional.of(address), label, lifetime);
  }

  public LinkAddress withLifetime(Lifetime time) {
    return new LinkAddress(
        linkIndex, prefix, flags, scope, peer, broadcast, label, Optional.of(time));
  }

  public LinkAddress withScope(int newScope) {
    return new LinkAddress(linkIndex, prefix, flags, newScope, peer, broadcast, label, lifetime);
  }

  public InetAddress address() {
    return prefix.address();
  }

  public boolean has(AddressFlag flag) {
    return flags.contains(flag);
  }
}
