package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel sends to groups of a netlink protocol of its own accord, from the moment this is
 * opened; what other processes send there is left out. One thread reads. netlink(7)
 */
public final class Broadcasts implements AutoCloseable {
  private static final int MOST_AT_ONCE = 1000;

  /**
   * @param datagrams in the order in which they were sent
   * @param missed the kernel dropped some, since nobody read in time
   */
  public record Batch(List<byte[]> datagrams, boolean missed) {
    public Batch {
      datagrams = List.copyOf(datagrams);
    }
  }

  private final KernelWire wire;
  private final String call;

  private Broadcasts(KernelWire wire, String call) {
    this.wire = wire;
    this.call = call;
  }

  /**
   * Listens in the calling thread's namespace.
   *
   * @param call what reading is, for the error text
   * @param protocol NETLINK_*
   * @param buffer bytes that may wait to be read; Linux doubles it and counts its own overhead
   */
  public static Broadcasts open(String call, int protocol, int buffer, int... groups) {
    KernelWire wire = KernelWire.open(protocol, Duration.ofSeconds(1));
    try {
      wire.receiveBuffer(buffer);
      for (int group : groups) {
        wire.join(group);
      }
      return new Broadcasts(wire, call);
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  /**
   * All that is there, at most 1000 datagrams, or the first that comes within the time; empty if
   * the time was over, or if there was only what is left out.
   */
  public Batch await(Duration time) {
    List<byte[]> datagrams = new ArrayList<>();
    if (!wire.await(time)) {
      return new Batch(datagrams, false);
    }
    try {
      boolean more = true;
      while (more && datagrams.size() < MOST_AT_ONCE) {
        Optional<byte[]> datagram = wire.poll(call);
        datagram.ifPresent(datagrams::add);
        more = datagram.isPresent();
      }
      return new Batch(datagrams, false);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOBUFS)) {
        return new Batch(datagrams, true);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
