package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.veth.Forwarding;
import io.myriapod.base.veth.VethCheck;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.InterfaceCheck;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.link.BridgePort;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CHECK of the bridge plugin: the previous result and the config against the kernel. */
final class BridgeCheck {
  private final Node node;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Masquerade masquerade;

  BridgeCheck(Node node, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.addressing = addressing;
    this.masquerade = masquerade;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, BridgeConfig config) {
    CniResult previous = request.requirePrevResult();
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    findings.including(() -> ipam.check(request));
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      Optional<Link> podEnd =
          findings.including(() -> InterfaceCheck.inPod(pod, request, "veth", findings));
      checkNode(host, podEnd, config, previous, findings);
      checkGateway(host, config, previous, findings);
      checkMasquerade(config, previous, findings);
      podEnd.ifPresent(link -> addressing.check(pod, link, request, findings));
    }
    findings.raise();
  }

  private static void checkNode(
      NetworkNamespace host,
      Optional<Link> podEnd,
      BridgeConfig config,
      CniResult previous,
      Findings findings) {
    Optional<Link> bridge = host.links().find(config.bridge().value());
    if (bridge.isEmpty()) {
      findings.add("bridge \"%s\" is not on the node".formatted(config.bridge()));
      return;
    }
    VethCheck.onHost(previous, config.bridge().value())
        .ifPresent(attached -> checkBridge(host, bridge.get(), config, attached, findings));
    podEnd
        .flatMap(link -> VethCheck.hostEnd(host, link, previous, findings))
        .ifPresent(hostEnd -> checkPort(hostEnd, bridge.get(), config, findings));
  }

  private static void checkBridge(
      NetworkNamespace host,
      Link bridge,
      BridgeConfig config,
      Interface attached,
      Findings findings) {
    String subject = "bridge \"%s\"".formatted(bridge.name());
    findings.same("kind of " + subject, bridge.kind().orElse("hardware"), "bridge");
    attached
        .macAddress()
        .filter(mac -> !bridge.mac().equals(Optional.of(mac)) && !hasMacOfAPort(host, bridge))
        .ifPresent(mac -> findings.same("MAC of " + subject, bridge.mac(), Optional.of(mac)));
    findings.so(bridge.isUp(), subject + " is down");
    findings.so(bridge.isPromiscuous() || !config.promiscuous(), subject + " is not promiscuous");
  }

  /** The kernel gives a bridge the lowest MAC of its ports, until somebody sets another for it. */
  private static boolean hasMacOfAPort(NetworkNamespace host, Link bridge) {
    return host.links().list().stream()
        .filter(link -> link.masterIndex().equals(Optional.of(bridge.index())))
        .anyMatch(port -> port.mac().equals(bridge.mac()));
  }

  private static void checkPort(Link hostEnd, Link bridge, BridgeConfig config, Findings findings) {
    boolean isPort = hostEnd.masterIndex().equals(Optional.of(bridge.index()));
    findings.so(
        isPort, "link \"%s\" is no port of bridge \"%s\"".formatted(hostEnd.name(), bridge.name()));
    if (isPort) {
      findings.same(
          "hairpin mode of \"%s\"".formatted(hostEnd.name()),
          hostEnd.bridgePort().map(BridgePort::hairpin).orElse(false),
          config.hairpin());
    }
  }

  private static void checkGateway(
      NetworkNamespace host, BridgeConfig config, CniResult previous, Findings findings) {
    List<IpPrefix> gateways = new ArrayList<>();
    for (Address address : previous.addresses()) {
      address
          .gateway()
          .filter(gateway -> config.gateway())
          .ifPresent(gateway -> gateways.add(new IpPrefix(gateway, address.address().length())));
    }
    Optional<Link> bridge = host.links().find(config.bridge().value());
    if (gateways.isEmpty() || bridge.isEmpty()) {
      return;
    }
    List<IpPrefix> there =
        host.addresses().list(bridge.get().index()).stream().map(LinkAddress::prefix).toList();
    for (IpPrefix gateway : gateways) {
      findings.so(
          there.contains(gateway),
          "bridge \"%s\" lacks the gateway address %s".formatted(config.bridge(), gateway));
    }
    Forwarding.check(host, gateways, findings);
  }

  private void checkMasquerade(BridgeConfig config, CniResult previous, Findings findings) {
    if (config.masquerade() && !previous.addresses().isEmpty()) {
      masquerade
          .missing(previous.prefixes())
          .ifPresent(what -> findings.add("masquerade: " + what));
    }
  }
}
