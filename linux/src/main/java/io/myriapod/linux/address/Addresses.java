package io.myriapod.linux.address;

import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.linux.netlink.RouteSocket;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The IP addresses of one namespace's links. Throws {@link ErrnoException} when refused. */
public final class Addresses {
  private static final int MOST = 8_192;

  private final RouteSocket socket;

  /** The socket stays its opener's to close. */
  public Addresses(RouteSocket socket) {
    this.socket = socket;
  }

  /**
   * Adds a lasting global address; an IPv4 one with the broadcast address of its prefix, as the
   * reference plugins have it.
   *
   * @throws ErrnoException EEXIST if it is there already
   */
  public void add(int linkIndex, IpPrefix prefix, AddressFlag... flags) {
    LinkAddress address = LinkAddress.on(linkIndex, prefix, flags);
    add(broadcastOf(prefix).map(address::withBroadcast).orElse(address));
  }

  /** Adds the address just as it is described. */
  public void add(LinkAddress address) {
    socket.execute(
        "add address " + address.prefix() + " to link " + address.linkIndex(),
        AddressCodec.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL));
  }

  /** Adds the address, or gives the one that is there these flags and this lifetime. */
  public void replace(LinkAddress address) {
    socket.execute(
        "set address " + address.prefix() + " of link " + address.linkIndex(),
        AddressCodec.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE));
  }

  /**
   * Removes an address.
   *
   * @throws ErrnoException EADDRNOTAVAIL if it is not there
   */
  public void delete(int linkIndex, IpPrefix prefix) {
    socket.execute(
        "delete address " + prefix + " of link " + linkIndex,
        AddressCodec.delete(LinkAddress.on(linkIndex, prefix)));
  }

  /** The addresses of a link, IPv4 first. */
  public List<LinkAddress> list(int linkIndex) {
    return dump(linkIndex, address -> address.linkIndex() == linkIndex);
  }

  /** The addresses of all links, IPv4 first. */
  public List<LinkAddress> list() {
    return dump(0, any -> true);
  }

  private List<LinkAddress> dump(int linkIndex, Predicate<LinkAddress> wanted) {
    NetlinkRequest request =
        NetlinkRequest.of(
            Netlink.RTM_GETADDR, 0, AddressCodec.header(Netlink.AF_UNSPEC, 0, 0, linkIndex));
    return socket.dump(
        "list addresses", request, MOST, message -> AddressCodec.decode(message).filter(wanted));
  }

  /** The highest address of an IPv4 prefix; none where the prefix has no room for one. */
  private static Optional<InetAddress> broadcastOf(IpPrefix prefix) {
    if (prefix.isV6() || prefix.length() > 30) {
      return Optional.empty();
    }
    byte[] bytes = prefix.address().getAddress();
    for (int bit = prefix.length(); bit < 32; bit++) {
      bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    return Optional.of(IpAddresses.of(bytes));
  }
}
