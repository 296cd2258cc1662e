package io.myriapod.base.bandwidth;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.traffic.TokenBucket;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The link at which a pod's interface is limited.
 *
 * @param namespace where the link is; its opener's to close
 * @param netns path of that namespace; absent for the node's
 */
record ShapingPoint(NetworkNamespace namespace, Optional<Path> netns, Link link) {

  /**
   * The node's end of a veth whose both ends the chain made, or else the pod's link itself.
   *
   * @throws CniException 7 if the pod has no link of the request's name
   */
  static ShapingPoint of(
      NetworkNamespace host, NetworkNamespace pod, PluginRequest request, CniResult before) {
    String name = request.interfaceName().value();
    return find(host, pod, request, Optional.of(before))
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "limit bandwidth of \"%s\": the pod has no such link".formatted(name),
                    "\"bandwidth\" comes after the plugin that makes the interface; a device"
                        + " without one, as for vfio, cannot be limited here"));
  }

  /** The same, empty if the pod has no such link. */
  static Optional<ShapingPoint> find(
      NetworkNamespace host,
      NetworkNamespace pod,
      PluginRequest request,
      Optional<CniResult> before) {
    return pod.links()
        .find(request.interfaceName().value())
        .map(
            podEnd ->
                before
                    .flatMap(result -> hostEnd(host, podEnd, result))
                    .map(hostEnd -> new ShapingPoint(host, Optional.empty(), hostEnd))
                    .orElseGet(() -> new ShapingPoint(pod, request.netns(), podEnd)));
  }

  /** A far end that the result does not list belongs to somebody else, and is not touched. */
  private static Optional<Link> hostEnd(NetworkNamespace host, Link podEnd, CniResult before) {
    return podEnd
        .parentIndex()
        .filter(index -> podEnd.isKind("veth"))
        .flatMap(index -> host.links().find(index))
        .filter(link -> link.isKind("veth"))
        .filter(link -> link.parentIndex().equals(Optional.of(podEnd.index())))
        .filter(link -> isListed(before, link.name()));
  }

  private static boolean isListed(CniResult before, String hostLink) {
    return before.interfaces().stream()
        .anyMatch(one -> one.sandbox().isEmpty() && one.name().equals(hostLink));
  }

  boolean onNode() {
    return netns.isEmpty();
  }

  /** What the link may send: from the node's end that is what the pod receives. */
  Optional<TokenBucket> sends(BandwidthConfig config) {
    return onNode() ? config.ingress() : config.egress();
  }

  /** What the link may receive. */
  Optional<TokenBucket> receives(BandwidthConfig config) {
    return onNode() ? config.egress() : config.ingress();
  }

  /** For error texts: {@code link "net1" of the pod}. */
  String shown() {
    return "link \"%s\" %s".formatted(link.name(), onNode() ? "of the node" : "of the pod");
  }
}
