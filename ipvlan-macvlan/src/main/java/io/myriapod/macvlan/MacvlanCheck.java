package io.myriapod.macvlan;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Optional;

/** CHECK of the macvlan plugin: the previous result and the config against the kernel. */
final class MacvlanCheck {
  private final Node node;
  private final Parents parents;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  MacvlanCheck(Node node, Parents parents, Ipam ipam, LinkAddressing addressing) {
    this.node = node;
    this.parents = parents;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, MacvlanConfig config) {
    request.requirePrevResult();
    ipam.check(request);
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
      Link link = InterfaceCheck.inPod(pod, request, MacvlanPlugin.TYPE, findings);
      compare(link, parents.in(config, host, pod).find(config.parent()), config, findings);
      findings.raise();
      addressing.check(pod, link, request.requirePrevResult());
    }
  }

  private static void compare(Link link, Link parent, MacvlanConfig config, Findings findings) {
    findings.same("mode", link.macvlanMode(), Optional.of(config.mode()));
    findings.same("parent's index", link.parentIndex(), Optional.of(parent.index()));
    findings.so(parent.isUp(), "parent \"%s\" is down".formatted(parent.name()));
  }
}
