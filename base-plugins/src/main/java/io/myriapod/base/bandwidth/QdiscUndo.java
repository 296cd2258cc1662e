package io.myriapod.base.bandwidth;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.traffic.Qdisc;
import io.myriapod.linux.traffic.Traffic;

/**
 * Removes disciplines from links that are still where they were and are the same. One that somebody
 * put in the place of ours stays.
 */
final class QdiscUndo {
  private QdiscUndo() {}

  static void undo(AddedQdisc added, NetworkNamespace namespace) {
    namespace
        .links()
        .find(added.index())
        .filter(added::isOf)
        .ifPresent(link -> remove(namespace.traffic(), link, added.place()));
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
