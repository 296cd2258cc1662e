package io.myriapod.base.sbr;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.route.Routes;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the main table's routes back and removes the rules and the tables' routes, in a namespace
 * that is still the same. Routes went with their link if that is gone; the rules are still there.
 */
final class SbrUndo {
  private static final Logger LOG = LoggerFactory.getLogger(SbrUndo.class);
  private static final Set<Integer> ABSENT = Set.of(Errno.ENOENT, Errno.ESRCH, Errno.ENODEV);

  private SbrUndo() {}

  static void undo(RoutedSources sources, NetworkNamespace pod) {
    Optional<Link> link = pod.links().find(sources.index()).filter(sources::isOf);
    if (link.isPresent()) {
      restore(sources, pod.routes());
    }
    for (var rule : sources.rules()) {
      unlessAbsent(() -> pod.rules().delete(rule));
    }
    if (link.isPresent()) {
      for (RouteEntry route : sources.routes()) {
        unlessAbsent(() -> pod.routes().delete(route));
      }
    }
  }

  /** Those without gateway first, since the others need them. */
  private static void restore(RoutedSources sources, Routes routes) {
    for (int i = 0; i < sources.hinted().size(); i++) {
      RouteEntry hint = sources.hints().get(i);
      RouteEntry former = sources.hinted().get(i);
      attempt(() -> exchange(routes, hint, former));
    }
    Stream<RouteEntry> ordered =
        sources.taken().stream().sorted(Comparator.comparing(route -> route.gateway().isPresent()));
    ordered.forEach(route -> attempt(() -> put(routes, route)));
  }

  /**
   * Puts a route in the place of another, which may be absent. Not by the kernel's replacing, which
   * hits the first route to the destination: that of another interface in the same subnet.
   */
  static void exchange(Routes routes, RouteEntry old, RouteEntry wanted) {
    unlessAbsent(() -> routes.delete(old));
    put(routes, wanted);
  }

  /** Behind one to the same destination that others have added meanwhile. */
  private static void put(Routes routes, RouteEntry route) {
    try {
      routes.add(route);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      try {
        routes.append(route);
      } catch (ErrnoException again) {
        if (!again.is(Errno.EEXIST)) { // it had not been taken yet
          throw again;
        }
      }
    }
  }

  /** A pod that is being deleted must not be held up by a link that it has set down. */
  private static void attempt(Runnable change) {
    try {
      change.run();
    } catch (ErrnoException e) {
      LOG.warn("put back the routes of the main table: {}", e.getMessage());
    }
  }

  static void unlessAbsent(Runnable deletion) {
    try {
      deletion.run();
    } catch (ErrnoException e) {
      if (!ABSENT.contains(e.errno())) {
        throw e;
      }
    }
  }
}
