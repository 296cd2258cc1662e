package io.myriapod.sriov;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciFunction;

/** CHECK of a virtual function: config, previous result and journal against the kernel. */
final class SriovCheck {
  private final Node node;
  private final Functions functions;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  SriovCheck(Node node, Functions functions, Ipam ipam, LinkAddressing addressing) {
    this.node = node;
    this.functions = functions;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, SriovConfig config) {
    request.requirePrevResult();
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    findings.including(() -> ipam.check(request));
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      functions.cardOf(config.device(), host).ifPresent(card -> compare(card, config, findings));
      PciFunction function = functions.require(config.device());
      if (!function.isForPrograms()) {
        findings
            .including(() -> InterfaceCheck.inPod(pod, request, findings))
            .ifPresent(link -> compare(link, pod, request, config, findings));
      }
    }
    findings.raise();
  }

  private static void compare(Card card, SriovConfig config, Findings findings) {
    CardSettings now = card.read();
    CardSettings wanted = config.card().on(now.rate().orElse(new VfRate(0, 0)));
    for (Setting setting : Setting.values()) {
      if (setting.in(wanted).isPresent()) {
        findings.same("%s of %s".formatted(setting, card), setting.in(now), setting.in(wanted));
      }
    }
  }

  private void compare(
      Link link,
      NetworkNamespace pod,
      PluginRequest request,
      SriovConfig config,
      Findings findings) {
    String subject = "link \"%s\"".formatted(link.name());
    findings.so(
        functions.tree().isAt(DeviceTree.pathOf(config.device()), link.parentDevice()),
        "%s is not virtual function %s".formatted(subject, config.device()));
    config.mtu().ifPresent(mtu -> findings.same("MTU of " + subject, link.mtu(), mtu));
    config
        .allMulticast()
        .ifPresent(on -> findings.same("allmulti of " + subject, link.isAllMulticast(), on));
    config
        .promiscuous()
        .ifPresent(on -> findings.same("promisc of " + subject, link.isPromiscuous(), on));
    addressing.check(pod, link, request, findings);
  }
}
