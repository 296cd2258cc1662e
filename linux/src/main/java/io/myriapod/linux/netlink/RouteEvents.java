package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel tells about a namespace of its own accord, from the moment this is opened. One
 * thread reads.
 */
public final class RouteEvents implements AutoCloseable {
  private static final int BUFFER = 1 << 20;
  private static final int MOST_AT_ONCE = 1000;
  private static final String CALL = "read netlink events";

  /**
   * @param messages in the order in which things happened; empty if the time was over
   * @param missed the kernel dropped some: what is known must be read anew
   */
  public record Batch(List<NetlinkMessage> messages, boolean missed) {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  private final KernelWire wire;

  private RouteEvents(KernelWire wire) {
    this.wire = wire;
  }

  /**
   * Listens in the calling thread's namespace.
   *
   * @param groups RTNLGRP_*
   */
  public static RouteEvents open(int... groups) {
    KernelWire wire = KernelWire.open(Duration.ofSeconds(1));
    try {
      wire.receiveBuffer(BUFFER);
      for (int group : groups) {
        wire.join(group);
      }
      return new RouteEvents(wire);
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  /** All that is there, or the first that comes within the time. */
  public Batch await(Duration time) {
    List<NetlinkMessage> messages = new ArrayList<>();
    if (!wire.await(time)) {
      return new Batch(messages, false);
    }
    try {
      boolean more = true;
      while (more && messages.size() < MOST_AT_ONCE) {
        Optional<byte[]> datagram = wire.poll(CALL);
        datagram.ifPresent(bytes -> messages.addAll(NetlinkMessage.all(bytes)));
        more = datagram.isPresent();
      }
      return new Batch(messages, false);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOBUFS)) {
        return new Batch(messages, true);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
