package io.myriapod.base.bandwidth;

import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import io.myriapod.linux.traffic.Qdisc;
import io.myriapod.linux.traffic.Traffic;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes disciplines from links that are still where they were and are the same. One that somebody
 * put in the place of ours stays.
 */
final class QdiscUndo implements InverseHandler {
  private final Node node;

  QdiscUndo(Node node) {
    this.node = node;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        undo(AddedQdisc.from(one.inverse()));
      } catch (ErrnoException | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  private void undo(AddedQdisc added) {
    try (NetworkNamespace namespace =
        added.netns().map(Path::of).map(node::open).orElseGet(node::openHost)) {
      if (namespace.id().equals(added.namespaceId())) {
        namespace
            .links()
            .find(added.index())
            .filter(added::isOf)
            .ifPresent(link -> remove(namespace.traffic(), link, added.place()));
      }
    } catch (NotANetworkNamespaceException e) {
      return; // the mount is gone, its mount point stayed
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  private static void remove(Traffic traffic, Link link, AddedQdisc.Place place) {
    switch (place) {
      case ROOT -> removeRoot(traffic, link);
      case INGRESS -> removeIngress(traffic, link);
    }
  }

  /** Removes the link's root discipline if it is of the kind and under the handle that we give. */
  private static void removeRoot(Traffic traffic, Link link) {
    if (traffic.root(link).filter(Shaper::isOurRoot).isPresent()) {
      traffic.deleteRoot(link);
    }
  }

  /** Removes what the link receives by, unless it is a clsact. */
  private static void removeIngress(Traffic traffic, Link link) {
    if (traffic.ingress(link).filter((Qdisc one) -> one.isKind("ingress")).isPresent()) {
      traffic.deleteIngress(link);
    }
  }
}
