package io.myriapod.base.veth;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Optional;

/** The node's end of a pair, compared with what ADD answered. */
public final class VethCheck {
  private VethCheck() {}

  /**
   * The far end of the pod's link: one of {@code previous}'s interfaces on the node, with its MAC
   * and MTU, and up. Empty, with a finding, if it is none of them.
   */
  public static Optional<Link> hostEnd(
      NetworkNamespace host, Link podEnd, CniResult previous, Findings findings) {
    Optional<Link> end = podEnd.parentIndex().flatMap(index -> host.links().find(index));
    Optional<Interface> attached = end.flatMap(link -> onHost(previous, link.name()));
    if (attached.isEmpty()) {
      findings.add(
          "the far end of \"%s\" is %s: want one of prevResult's"
              .formatted(
                  podEnd.name(),
                  end.map(link -> "\"%s\"".formatted(link.name())).orElse("not on the node")));
      return Optional.empty();
    }
    InterfaceCheck.compare(end.get(), "veth", attached.get(), findings);
    return end;
  }

  /** The interface of that name on the node, as the result has it. */
  public static Optional<Interface> onHost(CniResult result, String name) {
    return result.interfaces().stream()
        .filter(one -> one.name().equals(name) && one.sandbox().isEmpty())
        .findFirst();
  }
}
