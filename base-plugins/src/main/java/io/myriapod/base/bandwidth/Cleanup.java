package io.myriapod.base.bandwidth;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.traffic.Qdisc;
import io.myriapod.linux.traffic.TokenBucket;
import io.myriapod.linux.traffic.Traffic;
import java.util.List;
import java.util.Optional;

/** What is removed without help of the journal: by names, aliases and the configuration. */
final class Cleanup {
  private final Node node;
  private final Journal journal;

  Cleanup(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  /** Removes the limits of an attachment that the journal does not know. */
  void delete(PluginRequest request) {
    IfbIdentity identity = IfbIdentity.of(request);
    try (NetworkNamespace host = node.openHost()) {
      PodNamespace.ifThere(
          node,
          request,
          pod -> {
            ShapingPoint.find(host, pod, request, request.prevResult())
                .ifPresent(point -> unlimit(point, identity, request));
            identity.find(pod.links()).forEach(ifb -> delete(pod.links(), ifb));
          });
      identity.find(host.links()).forEach(ifb -> delete(host.links(), ifb));
    }
  }

  /** Only what the configuration would have set is taken off. */
  private static void unlimit(ShapingPoint point, IfbIdentity identity, PluginRequest request) {
    Traffic traffic = point.namespace().traffic();
    List<Link> ifbs = identity.find(point.namespace().links());
    boolean redirected =
        ifbs.stream()
            .anyMatch(
                ifb ->
                    traffic.ingressFilters(point.link()).stream()
                        .anyMatch(filter -> filter.redirectsAllTo(ifb.index())));
    if (redirected) {
      unlessGone(() -> traffic.deleteIngress(point.link()));
    }
    Optional<TokenBucket> sends = readable(request).flatMap(point::sends);
    if (traffic.root(point.link()).filter(root -> isOf(root, sends)).isPresent()) {
      unlessGone(() -> traffic.deleteRoot(point.link()));
    }
  }

  private static boolean isOf(Qdisc root, Optional<TokenBucket> sends) {
    return Shaper.isOurRoot(root)
        && sends.map(Qdisc.Tbf::new).filter(root.details()::equals).isPresent();
  }

  private static Optional<BandwidthConfig> readable(PluginRequest request) {
    try {
      return Optional.of(BandwidthConfig.parse(request.config()));
    } catch (CniException e) {
      return Optional.empty(); // an old pod must go away under any new configuration
    }
  }

  /**
   * Deletes ifbs of the node whose alias names an attachment of this network that is not valid and
   * that the journal does not know. An ADD in progress is known to it.
   */
  void collectGarbage(GcRequest request) {
    try (NetworkNamespace host = node.openHost()) {
      for (Link link : host.links().list()) {
        IfbIdentity.ofNetwork(request.config().name(), link)
            .filter(owner -> !request.valid().contains(owner))
            .filter(this::isUnknown)
            .ifPresent(owner -> delete(host.links(), link));
      }
    }
  }

  private boolean isUnknown(Attachment owner) {
    return journal
        .ofAttachment(new AttachmentKey(owner.container(), owner.interfaceName()))
        .isEmpty();
  }

  private static void delete(Links links, Link ifb) {
    unlessGone(() -> links.delete(ifb));
  }

  /** Somebody may delete the same at the same time, the pod's end for one. */
  private static void unlessGone(Runnable removal) {
    try {
      removal.run();
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENODEV) && !e.is(Errno.ENOENT) && !e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }
}
