package io.myriapod.base.bandwidth;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/** ADD of the bandwidth plugin. */
final class BandwidthAttach {
  private final Node node;
  private final Journal journal;

  BandwidthAttach(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  CniResult add(PluginRequest request, BandwidthConfig config) {
    CniResult before = request.requirePrevResult();
    if (config.isNothing()) {
      return before;
    }
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, request.facts())) {
      request.deadline().require("limit bandwidth of \"%s\"".formatted(request.interfaceName()));
      ShapingPoint point = ShapingPoint.of(host, pod, request, before);
      Shaper shaper = new Shaper(point, IfbIdentity.of(request), steps);
      shaper.requireFree(config);

      point.sends(config).ifPresent(shaper::limitSent);
      Optional<Link> ifb = point.receives(config).map(shaper::limitReceived);

      requireTaken(point, request, config);
      steps.done();
      return ifb.filter(link -> point.onNode()).map(link -> told(before, link)).orElse(before);
    }
  }

  private static void requireTaken(
      ShapingPoint point, PluginRequest request, BandwidthConfig config) {
    Findings findings = new Findings("limit bandwidth at " + point.shown());
    BandwidthCheck.compare(point, IfbIdentity.of(request), config, findings);
    try {
      findings.raise();
    } catch (CniException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          e.getMessage(),
          "the kernel said yes and did not do it, or somebody else changed it at once",
          e);
    }
  }

  /**
   * An ifb of the node is listed as the reference plugin does it. One in the pod is not: of every
   * interface in a sandbox the readers of results think that it is one of the pod's networks.
   */
  private static CniResult told(CniResult before, Link ifb) {
    return before.withInterface(
        new Interface(
            ifb.name(),
            ifb.mac().map(MacAddress::toString),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }
}
