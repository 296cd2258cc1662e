package io.myriapod.linux.neighbour;

import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.linux.netlink.RouteSocket;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** The neighbour entries of one namespace. Throws {@link ErrnoException} when refused. */
public final class Neighbours {
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;

  private static final int MOST = 8_192;

  private final RouteSocket socket;

  /** The socket stays its opener's to close. */
  public Neighbours(RouteSocket socket) {
    this.socket = socket;
  }

  /** Sets a permanent entry, in the place of the one that is there. */
  public void set(int linkIndex, InetAddress address, MacAddress mac) {
    socket.execute(
        "set neighbour " + IpAddresses.format(address) + " of link " + linkIndex,
        NetlinkRequest.of(
                Netlink.RTM_NEWNEIGH,
                Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE,
                new Header(familyOf(address), linkIndex, NeighbourState.PERMANENT.wire()))
            .bytes(NDA_DST, address.getAddress())
            .bytes(NDA_LLADDR, mac.bytes()));
  }

  /**
   * Removes an entry.
   *
   * @throws ErrnoException ENOENT if there is none
   */
  public void delete(int linkIndex, InetAddress address) {
    socket.execute(
        "delete neighbour " + IpAddresses.format(address) + " of link " + linkIndex,
        NetlinkRequest.of(Netlink.RTM_DELNEIGH, 0, new Header(familyOf(address), linkIndex, 0))
            .bytes(NDA_DST, address.getAddress()));
  }

  /** The entries of a link, of both families. */
  public List<NeighbourEntry> list(int linkIndex) {
    NetlinkRequest request =
        NetlinkRequest.of(Netlink.RTM_GETNEIGH, 0, new Header(Netlink.AF_UNSPEC, 0, 0));
    return socket.dump(
        "list neighbours",
        request,
        MOST,
        message -> decode(message).filter(entry -> entry.linkIndex() == linkIndex));
  }

  private static int familyOf(InetAddress address) {
    return IpAddresses.isV6(address) ? Netlink.AF_INET6 : Netlink.AF_INET;
  }

  static Optional<NeighbourEntry> decode(NetlinkMessage message) {
    ByteBuffer in = message.payload();
    int family = Byte.toUnsignedInt(in.get(0));
    Attributes attributes = message.attributes(Header.BYTES);
    if (family != Netlink.AF_INET && family != Netlink.AF_INET6) {
      return Optional.empty();
    }
    return attributes
        .bytes(NDA_DST)
        .map(
            address ->
                new NeighbourEntry(
                    in.getInt(4),
                    IpAddresses.of(address),
                    attributes
                        .bytes(NDA_LLADDR)
                        .filter(mac -> mac.length == MacAddress.BYTES)
                        .map(MacAddress::of),
                    NeighbourState.of(Short.toUnsignedInt(in.getShort(8)))));
  }

  /** ndmsg: family u8 | pad 3 | link index i32 | state u16 | flags u8 | type u8. */
  private record Header(int family, int linkIndex, int state) implements FamilyHeader {
    static final int BYTES = 12;

    @Override
    public byte[] bytes() {
      return ByteBuffer.allocate(BYTES)
          .order(ByteOrder.nativeOrder())
          .putInt(0)
          .put(0, (byte) family)
          .putInt(linkIndex)
          .putShort((short) state)
          .putShort((short) 0)
          .array();
    }
  }
}
