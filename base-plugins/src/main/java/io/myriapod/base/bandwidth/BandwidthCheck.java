package io.myriapod.base.bandwidth;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.traffic.IngressFilter;
import io.myriapod.linux.traffic.Qdisc;
import io.myriapod.linux.traffic.TokenBucket;
import io.myriapod.linux.traffic.Traffic;
import java.util.List;
import java.util.Optional;

/** CHECK of the bandwidth plugin: the configuration's limits against the kernel. */
final class BandwidthCheck {
  private final Node node;

  BandwidthCheck(Node node) {
    this.node = node;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, BandwidthConfig config) {
    CniResult previous = request.requirePrevResult();
    if (config.isNothing()) {
      return;
    }
    Findings findings =
        new Findings("check bandwidth of \"%s\"".formatted(request.interfaceName()));
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      Optional<ShapingPoint> point = ShapingPoint.find(host, pod, request, Optional.of(previous));
      if (point.isEmpty()) {
        findings.add("link \"%s\" is not in the pod".formatted(request.interfaceName()));
      }
      point.ifPresent(found -> compare(found, IfbIdentity.of(request), config, findings));
    }
    findings.raise();
  }

  /** Compares everything that an ADD sets. */
  static void compare(
      ShapingPoint point, IfbIdentity identity, BandwidthConfig config, Findings findings) {
    Traffic traffic = point.namespace().traffic();
    point
        .sends(config)
        .ifPresent(bucket -> compareRoot(traffic, point.link(), point.shown(), bucket, findings));
    point
        .receives(config)
        .ifPresent(bucket -> compareReceived(traffic, point, identity, bucket, findings));
  }

  private static void compareReceived(
      Traffic traffic,
      ShapingPoint point,
      IfbIdentity identity,
      TokenBucket bucket,
      Findings findings) {
    List<Link> ifbs = identity.find(point.namespace().links());
    if (ifbs.isEmpty()) {
      findings.add(
          "ifb \"%s\" %s is gone"
              .formatted(identity.names().get(0), point.onNode() ? "of the node" : "of the pod"));
      return;
    }
    Link ifb = redirectedTo(traffic, point.link(), ifbs).orElse(ifbs.get(0));
    String subject = "ifb \"%s\"".formatted(ifb.name());
    findings.so(ifb.isUp(), subject + " is down");
    compareRoot(traffic, ifb, subject, bucket, findings);
    compareRedirect(traffic, point, ifb, findings);
  }

  private static Optional<Link> redirectedTo(Traffic traffic, Link link, List<Link> ifbs) {
    List<IngressFilter> filters = traffic.ingressFilters(link);
    return ifbs.stream()
        .filter(ifb -> filters.stream().anyMatch(one -> one.redirectsAllTo(ifb.index())))
        .findFirst();
  }

  private static void compareRoot(
      Traffic traffic, Link link, String subject, TokenBucket want, Findings findings) {
    Optional<Qdisc> root = traffic.root(link);
    findings.same("root discipline of " + subject, root.map(Qdisc::kind).orElse("none"), "tbf");
    root.map(Qdisc::details)
        .filter(Qdisc.Tbf.class::isInstance)
        .map(tbf -> ((Qdisc.Tbf) tbf).bucket())
        .ifPresent(is -> compare(subject, is, want, findings));
  }

  private static void compare(String subject, TokenBucket is, TokenBucket want, Findings findings) {
    String of = " of " + subject;
    findings.same("rate in bytes/s" + of, is.rate(), want.rate());
    findings.same("burst in ticks" + of, is.bufferTicks(), want.bufferTicks());
    findings.same("queue in bytes" + of, is.limit(), want.limit());
  }

  private static void compareRedirect(
      Traffic traffic, ShapingPoint point, Link ifb, Findings findings) {
    Optional<Qdisc> ingress = traffic.ingress(point.link());
    findings.same(
        "ingress discipline of " + point.shown(),
        ingress.map(Qdisc::kind).orElse("none"),
        "ingress");
    List<IngressFilter> filters = traffic.ingressFilters(point.link());
    findings.so(
        !filters.isEmpty() && filters.get(0).redirectsAllTo(ifb.index()),
        "what %s receives is not redirected to ifb \"%s\"".formatted(point.shown(), ifb.name()));
  }
}
