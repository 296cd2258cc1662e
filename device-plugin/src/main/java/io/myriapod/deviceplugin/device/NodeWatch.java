package io.myriapod.deviceplugin.device;

import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NamespaceWatch.Topic;
import io.myriapod.linux.uevent.Uevent;
import io.myriapod.linux.uevent.Uevents;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the node's devices may be others than before: links, addresses and routes by
 * rtnetlink, devices and drivers by uevents. Says that, and not what: whoever is told looks anew.
 */
public final class NodeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

  /** How long a thread takes to see that it is closed. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Set<String> SUBSYSTEMS =
      Set.of("pci", "auxiliary", "net", "vdpa", "infiniband", "vfio", "vfio-dev", "uio");

  private final Runnable listener;
  private final NamespaceWatch links;
  private final Uevents devices;
  private volatile boolean closed;

  private NodeWatch(Runnable listener, NamespaceWatch links, Uevents devices) {
    this.listener = listener;
    this.links = links;
    this.devices = devices;
  }

  /**
   * Begins to watch. What changed before this returns is not told: look afterwards.
   *
   * @param listener called on threads of this watch, often; must be quick and not throw
   * @throws ErrnoException if the kernel refuses one of the sockets
   */
  public static NodeWatch start(Node node, Runnable listener) {
    NamespaceWatch links = node.watch(Topic.values());
    NodeWatch watch;
    try {
      watch = new NodeWatch(listener, links, node.uevents());
    } catch (RuntimeException e) {
      links.close();
      throw e;
    }
    watch.thread("node-links", watch::nextLink, links::close);
    watch.thread("node-devices", watch::nextDevice, watch.devices::close);
    return watch;
  }

  /** The thread that reads a socket closes it: its number may be another file's at once. */
  private void thread(String name, Runnable work, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              while (!closed) {
                guarded(work);
              }
              end.run();
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** A socket that answers nonsense is no reason to stop listening, nor to spin. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.warn("listen to the kernel: {}", e.getMessage());
        listener.run();
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(LOOK.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void nextLink() {
    if (links.next(LOOK).isPresent()) {
      listener.run();
    }
  }

  private void nextDevice() {
    Uevents.Batch batch = devices.await(LOOK);
    if (batch.missed() || batch.events().stream().anyMatch(NodeWatch::matters)) {
      listener.run();
    }
  }

  private static boolean matters(Uevent event) {
    return event.subsystem().filter(SUBSYSTEMS::contains).isPresent();
  }

  /** The sockets are closed once their threads have seen it, within a second. */
  @Override
  public void close() {
    closed = true;
  }
}
