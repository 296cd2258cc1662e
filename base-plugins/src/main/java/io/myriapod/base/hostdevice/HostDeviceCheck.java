package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.GivenDevice;
import java.util.Optional;

/** CHECK of the host-device plugin: the previous result and the journal against the kernel. */
final class HostDeviceCheck {
  private final Node node;
  private final DeviceTree tree;
  private final DeviceClaims claims;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  HostDeviceCheck(
      Node node, DeviceTree tree, DeviceClaims claims, Ipam ipam, LinkAddressing addressing) {
    this.node = node;
    this.tree = tree;
    this.claims = claims;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, HostDeviceConfig config) {
    request.requirePrevResult();
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    findings.including(() -> ipam.check(request));
    Optional<PciAddress> function = claims.functionOf(key).or(() -> functionOf(config));
    if (function.isPresent()) {
      findings.so(
          tree.userspaceDriverOf(function.get()).isPresent(),
          "driver of %s is %s: want one for programs"
              .formatted(function.get(), tree.driverOf(function.get()).orElse("none")));
      findings.raise();
      return;
    }
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      Optional<GivenDevice> given = claims.of(key);
      given.ifPresent(device -> compareName(pod, device, findings));
      findings
          .including(() -> InterfaceCheck.inPod(pod, request, findings))
          .ifPresent(
              link -> {
                given.ifPresent(device -> compareDevice(link, device, findings));
                addressing.check(pod, link, request, findings);
              });
    }
    findings.raise();
  }

  private Optional<PciAddress> functionOf(HostDeviceConfig config) {
    return config.selectors().stream()
        .filter(DeviceSelector.ByPci.class::isInstance)
        .map(one -> ((DeviceSelector.ByPci) one).pci())
        .filter(pci -> tree.userspaceDriverOf(pci).isPresent())
        .findFirst();
  }

  /** Says what has become of the device if its name leads to nothing. */
  private static void compareName(NetworkNamespace pod, GivenDevice given, Findings findings) {
    if (pod.links().find(given.podName().value()).isPresent()) {
      return;
    }
    given
        .inPod(pod.links())
        .ifPresentOrElse(
            link -> findings.same("name of the device", link.name(), given.podName().value()),
            () ->
                findings.add(
                    "host device \"%s\" is not in the pod".formatted(given.state().name())));
    findings.raise();
  }

  private static void compareDevice(Link link, GivenDevice given, Findings findings) {
    boolean same =
        given.state().identity().mayBe(link)
            && (given.podIndex() == 0 || given.podIndex() == link.index());
    findings.so(
        same, "link \"%s\" is not host device \"%s\"".formatted(link.name(), given.state().name()));
  }
}
