package io.myriapod.ipam.link;

import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.packet.ArpFrame;
import io.myriapod.linux.packet.NeighbourAdvertisement;
import io.myriapod.linux.packet.PacketSender;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells neighbours who has an address now, so that none goes on sending to its former holder:
 * gratuitous ARP (request and reply) and unsolicited neighbour advertisements, out by the link
 * alone. Once at once, then again twice, as switch ports and bridges may not forward at once. What
 * cannot be sent is no error of an ADD.
 */
final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final long[] AGAIN_MILLIS = {100, 500};
  private static final int MAX_WAITING = 512;

  private final ScheduledThreadPoolExecutor later =
      new ScheduledThreadPoolExecutor(1, Announcer::thread);

  Announcer() {
    later.setKeepAliveTime(10, TimeUnit.SECONDS);
    later.allowCoreThreadTimeOut(true);
    later.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "announcements");
    thread.setDaemon(true);
    return thread;
  }

  /** Takes over the sender and closes it after the last time. */
  void announce(PacketSender sender, LinkPlan plan, DadPolicy dad) {
    List<byte[]> frames = frames(plan.prefixes(), plan.link().mac().orElseThrow(), dad);
    if (!send(sender, frames) || !repeat(sender, frames, 0)) {
      sender.close();
    }
  }

  private static List<byte[]> frames(List<IpPrefix> prefixes, MacAddress mac, DadPolicy dad) {
    List<byte[]> frames = new ArrayList<>();
    for (IpPrefix prefix : prefixes) {
      if (prefix.address() instanceof Inet4Address v4) {
        frames.add(ArpFrame.announcement(mac, v4));
        frames.add(ArpFrame.gratuitousReply(mac, v4));
      } else if (prefix.address() instanceof Inet6Address v6) {
        // RFC 4429: no override while duplicates are looked for; ndisc_notify overrides afterwards
        frames.add(NeighbourAdvertisement.unsolicited(mac, v6, dad != DadPolicy.OPTIMISTIC));
      }
    }
    return frames;
  }

  /** False if the link cannot send, being down or gone. */
  private static boolean send(PacketSender sender, List<byte[]> frames) {
    try {
      frames.forEach(sender::send);
      return true;
    } catch (ErrnoException e) {
      LOG.debug("{}", e.getMessage());
      return false;
    }
  }

  /** False if there is no next time. */
  private boolean repeat(PacketSender sender, List<byte[]> frames, int time) {
    if (time >= AGAIN_MILLIS.length || later.getQueue().size() >= MAX_WAITING) {
      return false;
    }
    try {
      later.schedule(
          () -> {
            if (!send(sender, frames) || !repeat(sender, frames, time + 1)) {
              sender.close();
            }
          },
          AGAIN_MILLIS[time],
          TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the agent is stopping
    }
  }

  @Override
  public void close() {
    later.shutdownNow(); // senders left over end with the process
  }
}
