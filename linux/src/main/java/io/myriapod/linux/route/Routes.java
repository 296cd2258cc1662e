package io.myriapod.linux.route;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.RouteSocket;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The routes of one namespace. Throws {@link ErrnoException} when refused; ENOBUFS if more are
 * asked for than are held in memory, since a pod may have as many as it likes.
 */
public final class Routes {
  private static final int EVERY_TABLE = 0;
  private static final int MOST = 8_192;

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
    return list(table, any -> true);
  }

  private List<RouteEntry> list(int table, Predicate<RouteEntry> wanted) {
    return all(table, wanted.and(route -> route.table() == table));
  }

  /** Those of the main table by that link. */
  public List<RouteEntry> listOf(int link) {
    return list(RouteEntry.MAIN_TABLE, route -> route.leavesBy(link));
  }

  /** The routes of every table, the local one's included. */
  public List<RouteEntry> listAll() {
    return listAll(any -> true);
  }

  /** The wanted ones of every table; the others take no memory, however many there are. */
  public List<RouteEntry> listAll(Predicate<RouteEntry> wanted) {
    return all(EVERY_TABLE, wanted);
  }

  private List<RouteEntry> all(int table, Predicate<RouteEntry> wanted) {
    return Stream.of(Netlink.AF_INET, Netlink.AF_INET6)
        .flatMap(family -> dump(family, table, wanted))
        .toList();
  }

  /** The kernel picks the table: a node may hold a million routes in others. */
  private Stream<RouteEntry> dump(int family, int table, Predicate<RouteEntry> wanted) {
    try {
      return socket
          .dump(
              "list routes", RouteCodec.list(family, table), MOST, message -> read(message, wanted))
          .stream();
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.ENOENT)) {
        return Stream.empty(); // a kernel without IPv6, or no such table
      }
      throw e;
    }
  }

  private static Optional<RouteEntry> read(NetlinkMessage message, Predicate<RouteEntry> wanted) {
    return Optional.of(message)
        .filter(one -> !RouteCodec.isCloned(one))
        .flatMap(RouteCodec::decode)
        .filter(wanted);
  }

  /** The default routes of the main table, IPv4 first, the most preferred first. */
  public List<RouteEntry> defaultRoutes() {
    return list(RouteEntry.MAIN_TABLE, RouteEntry::isDefault).stream()
        .filter(route -> route.type() == RouteEntry.UNICAST)
        .sorted(
            Comparator.comparing(RouteEntry::isV6)
                .thenComparing(route -> Integer.toUnsignedLong(route.priority().orElse(0))))
        .toList();
  }
}
