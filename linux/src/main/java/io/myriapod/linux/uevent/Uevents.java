package io.myriapod.linux.uevent;

import io.myriapod.linux.netlink.Broadcasts;
import io.myriapod.linux.netlink.Netlink;
import java.time.Duration;
import java.util.List;

/**
 * Tells what happens to devices, from the moment it is opened; so open it, then look, then wait.
 * One thread reads.
 *
 * <p>Of links it tells those of its own namespace alone; of all other devices any namespace is told
 * that belongs to the machine's first user namespace.
 */
public final class Uevents implements AutoCloseable {
  /** The group that the kernel sends to; udevd sends to group 2. */
  private static final int KERNEL = 1;

  /** A card's virtual functions bring a dozen events each, and two for each of their queues. */
  private static final int BUFFER = 8 << 20;

  /**
   * @param events in the order in which things happened; empty if the time was over
   * @param missed the kernel dropped some: what is known must be read anew
   */
  public record Batch(List<Uevent> events, boolean missed) {
    public Batch {
      events = List.copyOf(events);
    }
  }

  private final Broadcasts broadcasts;

  private Uevents(Broadcasts broadcasts) {
    this.broadcasts = broadcasts;
  }

  /** Listens in the calling thread's namespace. */
  public static Uevents open() {
    return open(BUFFER);
  }

  static Uevents open(int buffer) {
    return new Uevents(
        Broadcasts.open("read uevents", Netlink.NETLINK_KOBJECT_UEVENT, buffer, KERNEL));
  }

  /** All that is there, at most 1000 events, or the first that comes within the time. */
  public Batch await(Duration time) {
    Broadcasts.Batch batch = broadcasts.await(time);
    return new Batch(
        batch.datagrams().stream().flatMap(bytes -> Uevent.parse(bytes).stream()).toList(),
        batch.missed());
  }

  @Override
  public void close() {
    broadcasts.close();
  }
}
