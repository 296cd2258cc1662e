package io.myriapod.linux.route;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Routes as messages: rtmsg(12) = family, destination length, source length, tos, table, protocol,
 * scope, type (u8 each) | flags u32, then RTA_* attributes. linux/rtnetlink.h
 */
public final class RouteCodec {
  static final int RTM_F_CLONED = 0x200;

  private static final int HEADER = 12;
  private static final int SMALL_TABLES = 255; // what the header's byte can say
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_PREFSRC = 7;
  private static final int RTA_METRICS = 8;
  private static final int RTA_MULTIPATH = 9;
  private static final int RTA_TABLE = 15;
  private static final int RTA_VIA = 18;
  private static final int RTAX_MTU = 2;
  private static final int RTAX_ADVMSS = 8;
  private static final int RTNH_F_ONLINK = 4;
  private static final int NEXT_HOP_HEADER = 8;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int SCOPE_NOWHERE = 255; // in a deletion: any

  private RouteCodec() {}

  record Header(int family, int length, int table, int protocol, int scope, int type, int flags)
      implements FamilyHeader {
    @Override
    public byte[] bytes() {
      return ByteBuffer.allocate(HEADER)
          .order(ByteOrder.nativeOrder())
          .put((byte) family)
          .put((byte) length)
          .put((byte) 0)
          .put((byte) 0)
          .put((byte) (table <= SMALL_TABLES ? table : 0))
          .put((byte) protocol)
          .put((byte) scope)
          .put((byte) type)
          .putInt(flags)
          .array();
    }
  }

  static NetlinkRequest write(int type, int flags, RouteEntry route) {
    boolean delete = type == Netlink.RTM_DELROUTE;
    int onLink = route.onLink() ? RTNH_F_ONLINK : 0;
    NetlinkRequest request =
        NetlinkRequest.of(
            type,
            flags,
            new Header(
                route.isV6() ? Netlink.AF_INET6 : Netlink.AF_INET,
                route.destination().length(),
                route.table(),
                delete ? 0 : route.protocol(),
                route.scope().orElse(delete ? SCOPE_NOWHERE : scopeOf(route)),
                route.type(),
                onLink));
    if (!route.isDefault()) {
      request.bytes(RTA_DST, route.destination().address().getAddress());
    }
    route.gateway().ifPresent(gateway -> writeGateway(request, route.isV6(), gateway));
    route.source().ifPresent(source -> request.bytes(RTA_PREFSRC, source.getAddress()));
    if (route.table() > SMALL_TABLES) {
      request.u32(RTA_TABLE, route.table());
    }
    route.priority().ifPresent(metric -> request.u32(RTA_PRIORITY, metric));
    route.linkIndex().ifPresent(index -> request.u32(RTA_OIF, index));
    if (route.mtu().isPresent() || route.advmss().isPresent()) {
      request.nest(RTA_METRICS, metrics -> writeMetrics(metrics, route));
    }
    if (!route.nextHops().isEmpty()) {
      request.bytes(RTA_MULTIPATH, nextHops(route));
    }
    return request;
  }

  /** RTM_GETROUTE for a dump; table 0 for all. */
  static NetlinkRequest list(int family, int table) {
    NetlinkRequest request =
        NetlinkRequest.of(Netlink.RTM_GETROUTE, 0, new Header(family, 0, table, 0, 0, 0, 0));
    return table > SMALL_TABLES ? request.u32(RTA_TABLE, table) : request;
  }

  private static int scopeOf(RouteEntry route) {
    boolean direct = route.gateway().isEmpty() && route.nextHops().isEmpty();
    boolean unicast = route.type() == RouteEntry.UNICAST;
    return !route.isV6() && unicast && direct ? SCOPE_LINK : SCOPE_UNIVERSE;
  }

  private static void writeGateway(NetlinkRequest request, boolean v6, InetAddress gateway) {
    if (v6 == IpAddresses.isV6(gateway)) {
      request.bytes(RTA_GATEWAY, gateway.getAddress());
    } else {
      request.bytes(RTA_VIA, via(gateway));
    }
  }

  /** rtvia: family u16 | address. */
  private static byte[] via(InetAddress gateway) {
    byte[] address = gateway.getAddress();
    return ByteBuffer.allocate(2 + address.length)
        .order(ByteOrder.nativeOrder())
        .putShort((short) (IpAddresses.isV6(gateway) ? Netlink.AF_INET6 : Netlink.AF_INET))
        .put(address)
        .array();
  }

  private static void writeMetrics(NetlinkRequest metrics, RouteEntry route) {
    route.mtu().ifPresent(bytes -> metrics.u32(RTAX_MTU, bytes));
    route.advmss().ifPresent(bytes -> metrics.u32(RTAX_ADVMSS, bytes));
  }

  /** rtnexthop*: length u16 | flags u8 | weight-1 u8 | link i32 | RTA_GATEWAY, each padded to 4. */
  private static byte[] nextHops(RouteEntry route) {
    ByteBuffer out =
        ByteBuffer.allocate(route.nextHops().size() * 32).order(ByteOrder.nativeOrder());
    for (NextHop hop : route.nextHops()) {
      byte[] gateway = hop.gateway().map(InetAddress::getAddress).orElse(new byte[0]);
      int attribute = gateway.length == 0 ? 0 : 4 + gateway.length;
      out.putShort((short) (NEXT_HOP_HEADER + attribute))
          .put((byte) (hop.onLink() ? RTNH_F_ONLINK : 0))
          .put((byte) (hop.weight() - 1))
          .putInt(hop.linkIndex());
      if (attribute > 0) {
        out.putShort((short) attribute).putShort((short) RTA_GATEWAY).put(gateway);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** The route of an RTM_NEWROUTE or RTM_DELROUTE message; empty if it is not IP. */
  public static Optional<RouteEntry> decode(NetlinkMessage message) {
    ByteBuffer in = message.payload();
    int family = Byte.toUnsignedInt(in.get(0));
    if (family != Netlink.AF_INET && family != Netlink.AF_INET6) {
      return Optional.empty();
    }
    Attributes attributes = message.attributes(HEADER);
    Attributes metrics = attributes.nested(RTA_METRICS);
    byte[] anywhere = new byte[family == Netlink.AF_INET ? 4 : 16];
    IpPrefix destination =
        new IpPrefix(
            IpAddresses.of(attributes.bytes(RTA_DST).orElse(anywhere)),
            Byte.toUnsignedInt(in.get(1)));
    return Optional.of(
        new RouteEntry(
            destination,
            gateway(attributes),
            attributes.u32(RTA_OIF),
            attributes.u32(RTA_TABLE).orElse(Byte.toUnsignedInt(in.get(4))),
            Optional.of(Byte.toUnsignedInt(in.get(6))),
            Byte.toUnsignedInt(in.get(7)),
            Byte.toUnsignedInt(in.get(5)),
            attributes.u32(RTA_PRIORITY),
            metrics.u32(RTAX_MTU),
            metrics.u32(RTAX_ADVMSS),
            attributes.bytes(RTA_PREFSRC).map(IpAddresses::of),
            (in.getInt(8) & RTNH_F_ONLINK) != 0,
            attributes.bytes(RTA_MULTIPATH).map(RouteCodec::readNextHops).orElse(List.of())));
  }

  static boolean isCloned(NetlinkMessage message) {
    return (message.payload().getInt(8) & RTM_F_CLONED) != 0;
  }

  private static Optional<InetAddress> gateway(Attributes attributes) {
    return attributes
        .bytes(RTA_GATEWAY)
        .or(() -> attributes.bytes(RTA_VIA).map(via -> Arrays.copyOfRange(via, 2, via.length)))
        .map(IpAddresses::of);
  }

  private static List<NextHop> readNextHops(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    List<NextHop> hops = new ArrayList<>();
    while (in.remaining() >= NEXT_HOP_HEADER) {
      int start = in.position();
      int length = Short.toUnsignedInt(in.getShort());
      int flags = Byte.toUnsignedInt(in.get());
      int weight = Byte.toUnsignedInt(in.get()) + 1;
      int link = in.getInt();
      if (length < NEXT_HOP_HEADER || start + length > bytes.length) {
        break;
      }
      ByteBuffer attributes = in.slice(in.position(), length - NEXT_HOP_HEADER);
      hops.add(
          new NextHop(
              gateway(Attributes.of(attributes)), link, weight, (flags & RTNH_F_ONLINK) != 0));
      in.position(Math.min(start + (length + 3) / 4 * 4, bytes.length));
    }
    return hops;
  }
}
