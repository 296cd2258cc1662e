package io.myriapod.linux.netlink;

import java.time.Duration;
import java.util.List;

/**
 * What the kernel tells about a namespace of its own accord, from the moment this is opened. One
 * thread reads.
 */
public final class RouteEvents implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  /**
   * @param messages in the order in which things happened; empty if the time was over
   * @param missed the kernel dropped some: what is known must be read anew
   */
  public record Batch(List<NetlinkMessage> messages, boolean missed) {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  private final Broadcasts broadcasts;

  private RouteEvents(Broadcasts broadcasts) {
    this.broadcasts = broadcasts;
  }

  /**
   * Listens in the calling thread's namespace.
   *
   * @param groups RTNLGRP_*
   */
  public static RouteEvents open(int... groups) {
    return new RouteEvents(
        Broadcasts.open("read netlink events", Netlink.NETLINK_ROUTE, BUFFER, groups));
  }

  /** All that is there, or the first that comes within the time. */
  public Batch await(Duration time) {
    Broadcasts.Batch batch = broadcasts.await(time);
    return new Batch(
        batch.datagrams().stream().flatMap(bytes -> NetlinkMessage.all(bytes).stream()).toList(),
        batch.missed());
  }

  @Override
  public void close() {
    broadcasts.close();
  }
}
