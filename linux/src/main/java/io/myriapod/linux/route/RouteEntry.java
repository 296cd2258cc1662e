package io.myriapod.linux.route;

import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A route: wanted, or as the kernel showed it.
 *
 * @param destination {@code 0.0.0.0/0} or {@code ::/0} for a default route
 * @param gateway may be of the other family than the destination (RTA_VIA)
 * @param linkIndex the link it leaves by; absent for a blackhole and for multi-path routes
 * @param table 254 is main, 255 local
 * @param scope RT_SCOPE_*; absent in a wanted one: link for an IPv4 route without gateway, else
 *     universe, as iproute2 has it
 * @param type RTN_*: 1 unicast, 2 local, 6 blackhole
 * @param protocol RTPROT_*: who made it; 2 kernel, 3 boot, 4 static
 * @param priority the metric; absent in a wanted IPv6 route is 1024
 * @param mtu bytes
 * @param advmss bytes of TCP payload that are announced to peers
 * @param source the address that is used when none is chosen
 * @param onLink the gateway is taken to be on the link even if no prefix says so
 * @param nextHops of a multi-path route; else empty
 */
public record RouteEntry(
    IpPrefix destination,
    Optional<InetAddress> gateway,
    Optional<Integer> linkIndex,
    int table,
    Optional<Integer> scope,
    int type,
    int protocol,
    Optional<Integer> priority,
    Optional<Integer> mtu,
    Optional<Integer> advmss,
    Optional<InetAddress> source,
    boolean onLink,
    List<NextHop> nextHops) {
  /** RT_TABLE_MAIN. */
  public static final int MAIN_TABLE = 254;

  /** RTN_UNICAST. */
  public static final int UNICAST = 1;

  /** RTPROT_BOOT, what iproute2 and the reference plugins leave. */
  public static final int PROTOCOL_BOOT = 3;

  public RouteEntry {
    nextHops = List.copyOf(nextHops);
  }

  /** A unicast route of the main table; give it a link and a gateway by {@code with…}. */
  public static RouteEntry to(IpPrefix destination) {
    return new RouteEntry(
        destination.network(),
        Optional.empty(),
        Optional.empty(),
        MAIN_TABLE,
        Optional.empty(),
        UNICAST,
        PROTOCOL_BOOT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  public boolean isDefault() {
    return destination.length() == 0;
  }

  public boolean isV6() {
    return destination.isV6();
  }

  /** Whether a frame may leave by that link, alone or as one way of several. */
  public boolean leavesBy(int index) {
    return linkIndex.filter(i -> i == index).isPresent()
        || nextHops.stream().anyMatch(hop -> hop.linkIndex() == index);
  }

  public RouteEntry withGateway(InetAddress address) {
    return with(Optional.of(address), linkIndex, table, scope, priority);
  }

  public RouteEntry withLink(int index) {
    return with(gateway, Optional.of(index), table, scope, priority);
  }

  public RouteEntry withTable(int number) {
    return with(gateway, linkIndex, number, scope, priority);
  }

  public RouteEntry withScope(int number) {
    return with(gateway, linkIndex, table, Optional.of(number), priority);
  }

  public RouteEntry withPriority(int metric) {
    return with(gateway, linkIndex, table, scope, Optional.of(metric));
  }

  private RouteEntry with(
      Optional<InetAddress> newGateway,
      Optional<Integer> newLink,
      int newTable,
      Optional<Integer> newScope,
      Optional<Integer> newPriority) {
    return new RouteEntry(
        destination,
        newGateway,
        newLink,
        newTable,
        newScope,
        type,
        protocol,
        newPriority,
        mtu,
        advmss,
        source,
        onLink,
        nextHops);
  }

  public RouteEntry withMtu(int bytes) {
    return withMetrics(Optional.of(bytes), advmss, source, onLink);
  }

  public RouteEntry withAdvmss(int bytes) {
    return withMetrics(mtu, Optional.of(bytes), source, onLink);
  }

  /** Has packets leave from that address, unless their sender chose one. */
  public RouteEntry withSource(InetAddress address) {
    return withMetrics(mtu, advmss, Optional.of(address), onLink);
  }

  public RouteEntry withOnLink() {
    return withMetrics(mtu, advmss, source, true);
  }

  private RouteEntry withMetrics(
      Optional<Integer> newMtu,
      Optional<Integer> newAdvmss,
      Optional<InetAddress> newSource,
      boolean newOnLink) {
    return new RouteEntry(
        destination,
        gateway,
        linkIndex,
        table,
        scope,
        type,
        protocol,
        priority,
        newMtu,
        newAdvmss,
        newSource,
        newOnLink,
        nextHops);
  }

  /** {@code 10.9.0.0/16 via 10.1.2.1}: for error texts. */
  String described() {
    String via = gateway.map(g -> " via " + IpAddresses.format(g)).orElse("");
    return (isDefault() ? (isV6() ? "default (IPv6)" : "default") : destination.toString())
        + via
        + linkIndex.map(index -> " on link " + index).orElse("")
        + (table == MAIN_TABLE ? "" : " in table " + table);
  }
}
