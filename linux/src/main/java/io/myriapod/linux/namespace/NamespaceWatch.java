package io.myriapod.linux.namespace;

import io.myriapod.linux.address.AddressCodec;
import io.myriapod.linux.link.LinkDecoder;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.RouteEvents;
import io.myriapod.linux.route.RouteCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;

/**
 * Tells what changes in a namespace, from the moment it is opened; so open it, then look, then
 * wait. One thread reads.
 */
public final class NamespaceWatch implements AutoCloseable {
  /** What may be watched. */
  public enum Topic {
    LINKS(Netlink.RTNLGRP_LINK),
    IPV4_ADDRESSES(Netlink.RTNLGRP_IPV4_IFADDR),
    IPV6_ADDRESSES(Netlink.RTNLGRP_IPV6_IFADDR),
    IPV4_ROUTES(Netlink.RTNLGRP_IPV4_ROUTE),
    IPV6_ROUTES(Netlink.RTNLGRP_IPV6_ROUTE);

    private final int group;

    Topic(int group) {
      this.group = group;
    }
  }

  private final RouteEvents events;
  private final Queue<NamespaceEvent> pending = new ArrayDeque<>();

  private NamespaceWatch(RouteEvents events) {
    this.events = events;
  }

  /** Watches the calling thread's namespace. */
  static NamespaceWatch open(Collection<Topic> topics) {
    return new NamespaceWatch(
        RouteEvents.open(topics.stream().mapToInt(topic -> topic.group).toArray()));
  }

  /** The next event, waited for; empty when the time is over. */
  public Optional<NamespaceEvent> next(Duration patience) {
    long start = System.nanoTime();
    Duration left = patience;
    while (pending.isEmpty() && !left.isNegative()) {
      RouteEvents.Batch batch = events.await(left);
      batch.messages().forEach(message -> event(message).ifPresent(pending::add));
      if (batch.missed()) {
        pending.add(new NamespaceEvent.Missed());
      }
      left = patience.minusNanos(System.nanoTime() - start);
    }
    return Optional.ofNullable(pending.poll());
  }

  private static Optional<NamespaceEvent> event(NetlinkMessage message) {
    if (isOfBridge(message)) {
      return Optional.empty();
    }
    return switch (message.type()) {
      case Netlink.RTM_NEWLINK ->
          Optional.of(new NamespaceEvent.LinkChanged(LinkDecoder.decode(message)));
      case Netlink.RTM_DELLINK ->
          Optional.of(new NamespaceEvent.LinkGone(LinkDecoder.decode(message)));
      case Netlink.RTM_NEWADDR ->
          AddressCodec.decode(message).map(NamespaceEvent.AddressChanged::new);
      case Netlink.RTM_DELADDR -> AddressCodec.decode(message).map(NamespaceEvent.AddressGone::new);
      case Netlink.RTM_NEWROUTE -> RouteCodec.decode(message).map(NamespaceEvent.RouteChanged::new);
      case Netlink.RTM_DELROUTE -> RouteCodec.decode(message).map(NamespaceEvent.RouteGone::new);
      default -> Optional.empty();
    };
  }

  /** Bridges tell of their ports as RTM_NEWLINK and RTM_DELLINK too: gone from the bridge only. */
  private static boolean isOfBridge(NetlinkMessage message) {
    boolean link = message.type() == Netlink.RTM_NEWLINK || message.type() == Netlink.RTM_DELLINK;
    return link && IfInfo.read(message.payload()).family() != Netlink.AF_UNSPEC;
  }

  @Override
  public void close() {
    events.close();
  }
}
