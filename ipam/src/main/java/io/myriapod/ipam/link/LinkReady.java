package io.myriapod.ipam.link;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NamespaceEvent;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits for the moment in which IPv6 takes a link for usable. The kernel works off a link's coming
 * up in the background (net/core/link_watch.c), mostly within a millisecond; an address that is
 * added before counts as added to a link that is down.
 */
final class LinkReady {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private LinkReady() {}

  /**
   * Returns when the link runs; at once if it has no carrier; after 200 ms at the latest.
   *
   * @param watch opened before the link was set up
   */
  static void await(NetworkNamespace pod, int index, NamespaceWatch watch) {
    Optional<Link> link = pod.links().find(index);
    if (link.filter(Link::hasLowerUp).isEmpty()) {
      return;
    }
    boolean ready = link.get().isRunning();
    long start = System.nanoTime();
    Duration left = PATIENCE;
    while (!ready && !left.isNegative()) {
      Optional<NamespaceEvent> event = watch.next(left);
      ready = event.filter(happened -> isRunning(happened, index)).isPresent();
      left = PATIENCE.minusNanos(System.nanoTime() - start);
    }
  }

  private static boolean isRunning(NamespaceEvent event, int index) {
    return event instanceof NamespaceEvent.LinkChanged changed
        && changed.link().index() == index
        && changed.link().isRunning();
  }
}
