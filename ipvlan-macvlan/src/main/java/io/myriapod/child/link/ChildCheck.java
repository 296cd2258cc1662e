package io.myriapod.child.link;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.List;
import java.util.Optional;

/** CHECK of a child: the previous result and the config against the kernel. */
final class ChildCheck<C extends ChildConfig> {
  private final ChildKind<C> kind;
  private final Node node;
  private final Parents parents;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  ChildCheck(ChildKind<C> kind, Node node, Parents parents, Ipam ipam, LinkAddressing addressing) {
    this.kind = kind;
    this.node = node;
    this.parents = parents;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, C config) {
    request.requirePrevResult();
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    findings.including(() -> ipam.check(request));
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      findings
          .including(() -> InterfaceCheck.inPod(pod, request, kind.type(), findings))
          .ifPresent(
              link -> {
                kind.compare(link, config, findings);
                compareParent(link, parents.in(config, host, pod), config, findings);
                addressing.check(pod, link, request, findings);
              });
    }
    findings.raise();
  }

  private static void compareParent(
      Link link, ParentPlace place, ChildConfig config, Findings findings) {
    Optional<Link> is = place.parentOf(link);
    if (is.isEmpty()) {
      findings.add("parent of link \"%s\" is not in %s".formatted(link.name(), place));
      return;
    }
    Link parent = is.get();
    findings.so(parent.isUp(), "parent \"%s\" is down".formatted(parent.name()));
    // the node's default route may have moved on: the link stays where it was made
    if (config.parent().isLasting()) {
      List<Link> wanted = config.parent().candidates(place);
      findings.so(
          wanted.stream().anyMatch(one -> one.index() == parent.index()),
          "parent of link \"%s\" is \"%s\": want the link %s"
              .formatted(link.name(), parent.name(), config.parent()));
    }
  }
}
