package io.myriapod.base.ptp;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.veth.Forwarding;
import io.myriapod.base.veth.VethCheck;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;

/** CHECK of the ptp plugin: the previous result and the config against the kernel. */
final class PtpCheck {
  private final Node node;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Masquerade masquerade;

  PtpCheck(Node node, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.addressing = addressing;
    this.masquerade = masquerade;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, PtpConfig config) {
    CniResult previous = request.requirePrevResult();
    HostSide hostSide = HostSide.of(previous);
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    findings.including(() -> ipam.check(request));
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      findings
          .including(() -> InterfaceCheck.inPod(pod, request, "veth", findings))
          .ifPresent(
              podEnd -> {
                VethCheck.hostEnd(host, podEnd, previous, findings)
                    .ifPresent(end -> checkHostEnd(host, end, podEnd, hostSide, findings));
                addressing.checkRouted(pod, podEnd, request, findings);
              });
      Forwarding.check(host, hostSide.pods(), findings);
      checkMasquerade(config, previous, findings);
    }
    findings.raise();
  }

  private static void checkHostEnd(
      NetworkNamespace host, Link end, Link podEnd, HostSide hostSide, Findings findings) {
    findings.so(
        end.parentIndex().filter(index -> index == podEnd.index()).isPresent(),
        "link \"%s\" is not the far end of \"%s\"".formatted(end.name(), podEnd.name()));
    hostSide.check(host, end, findings);
  }

  private void checkMasquerade(PtpConfig config, CniResult previous, Findings findings) {
    if (config.masquerade()) {
      masquerade
          .missing(previous.prefixes())
          .ifPresent(what -> findings.add("masquerade: " + what));
    }
  }
}
