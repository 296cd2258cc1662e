package io.myriapod.linux.route;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.RouteSocket;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The routes of one namespace. Throws {@link ErrnoException} when refused. */
public final class Routes {
  private static final int EVERY_TABLE = 0;

  private final RouteSocket socket;

  /** The socket stays its opener's to close. */
  public Routes(RouteSocket socket) {
    this.socket = socket;
  }

  /**
   * Adds a route.
   *
   * @throws ErrnoException EEXIST if there is one to the same destination with the same priority in
   *     the same table, whatever its gateway
   */
  public void add(RouteEntry route) {
    write("add", route, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
  }

  /** Adds a route in the place of one with the same destination, table and priority, if any. */
  public void replace(RouteEntry route) {
    write("replace", route, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
  }

  /**
   * Adds a route beside others to the same destination. For IPv6 with a gateway the kernel then
   * makes one multi-path route of them and spreads flows; for IPv4 the older one stays in use.
   *
   * @throws ErrnoException EEXIST if there is one just like it
   */
  public void append(RouteEntry route) {
    write("append", route, Netlink.NLM_F_CREATE | Netlink.NLM_F_APPEND);
  }

  private void write(String verb, RouteEntry route, int flags) {
    socket.execute(
        verb + " route " + route.described(), RouteCodec.write(Netlink.RTM_NEWROUTE, flags, route));
  }

  /**
   * Deletes the first route that matches: what is absent in the given one matches anything.
   *
   * @throws ErrnoException ESRCH if there is none
   */
  public void delete(RouteEntry route) {
    socket.execute(
        "delete route " + route.described(), RouteCodec.write(Netlink.RTM_DELROUTE, 0, route));
  }

  /** The main table, IPv4 first, in the kernel's order. */
  public List<RouteEntry> list() {
    return list(RouteEntry.MAIN_TABLE);
  }

  /** One table, IPv4 first, in the kernel's order; empty if there is no such table. */
  public List<RouteEntry> list(int table) {
    return Stream.concat(dump(Netlink.AF_INET, table), dump(Netlink.AF_INET6, table))
        .filter(route -> route.table() == table)
        .toList();
  }

  /** The routes of every table, the local one's included. */
  public List<RouteEntry> listAll() {
    return Stream.concat(dump(Netlink.AF_INET, EVERY_TABLE), dump(Netlink.AF_INET6, EVERY_TABLE))
        .toList();
  }

  /** The kernel picks the table: a node may hold a million routes in others. */
  private Stream<RouteEntry> dump(int family, int table) {
    try {
      return socket.dump("list routes", RouteCodec.list(family, table)).stream()
          .filter(message -> !RouteCodec.isCloned(message))
          .map(RouteCodec::decode)
          .flatMap(Optional::stream);
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.ENOENT)) {
        return Stream.empty(); // a kernel without IPv6, or no such table
      }
      throw e;
    }
  }

  /** The default routes of the main table, IPv4 first, the most preferred first. */
  public List<RouteEntry> defaultRoutes() {
    return list().stream()
        .filter(RouteEntry::isDefault)
        .filter(route -> route.type() == RouteEntry.UNICAST)
        .sorted(
            Comparator.comparing(RouteEntry::isV6)
                .thenComparing(route -> Integer.toUnsignedLong(route.priority().orElse(0))))
        .toList();
  }
}
