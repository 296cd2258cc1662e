package io.myriapod.base.bridge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ADD of the bridge plugin. */
final class BridgeAttach {
  /** Place of the pod's interface in the result, after bridge and host end. */
  private static final int POD_INTERFACE = 2;

  private final Node node;
  private final Journal journal;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Masquerade masquerade;
  private final BridgeLink bridges = new BridgeLink();

  BridgeAttach(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.journal = journal;
    this.ipam = ipam;
    this.addressing = addressing;
    this.masquerade = masquerade;
  }

  CniResult add(PluginRequest request, BridgeConfig config) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, facts(request))) {
      Link bridge = bridges.ensure(host, config);
      VethPair pair = createPair(request, config, host, pod, steps);
      connect(host, bridge, pair, config);

      GatewayPlan plan = GatewayPlan.of(config, lease(request, key, steps));
      CniResult result = result(request, bridge, pair, plan);
      serve(host, bridge, config, plan);

      try (Translation translation = translate(config, result, steps)) {
        addressing.configure(pod, pair.podEnd(), result, config.dad());
        translation.await();
      }
      steps.done();
      return result;
    }
  }

  private static ObjectNode facts(PluginRequest request) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("network", request.config().name())
        .put("netns", request.requireNetns().toString());
  }

  private static VethPair createPair(
      PluginRequest request,
      BridgeConfig config,
      NetworkNamespace host,
      NetworkNamespace pod,
      OpenRecord steps) {
    request.deadline().require("create \"%s\"".formatted(request.interfaceName()));
    CreatedLink link =
        CreatedLink.planned(
            request.requireNetns(),
            pod.id(),
            request.interfaceName(),
            "veth",
            config.mac().orElseGet(MacAddress::random));
    OpenRecord.Step step = steps.will(link.toInverse());
    VethPair pair = VethPair.create(host, pod, link.name(), link.mac(), config.mtu());
    step.refine(link.withIndex(pair.podEnd().index()).data());
    return pair;
  }

  private static void connect(
      NetworkNamespace host, Link bridge, VethPair pair, BridgeConfig config) {
    host.links().setMaster(pair.hostEnd(), bridge);
    if (config.hairpin()) {
      host.links().setHairpin(pair.hostEnd(), true);
    }
    host.links().setUp(pair.hostEnd());
  }

  private CniResult lease(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    request.deadline().require("allocate addresses for \"%s\"".formatted(request.interfaceName()));
    ipam.leaseOf(request)
        .map(lease -> new HeldLease(lease.dataDir(), lease.network(), key))
        .ifPresent(lease -> steps.will(lease.toInverse()));
    return ipam.allocateForLink(request);
  }

  private static CniResult result(
      PluginRequest request, Link bridge, VethPair pair, GatewayPlan plan) {
    List<Interface> interfaces =
        List.of(
            onHost(bridge),
            onHost(pair.hostEnd()),
            Interface.inContainer(
                pair.podEnd().name(),
                macOf(pair.podEnd()),
                pair.podEnd().mtu(),
                request.requireNetns().toString()));
    return plan.leased()
        .onInterface(interfaces, POD_INTERFACE)
        .preferringDns(request.config().dns());
  }

  private static Interface onHost(Link link) {
    return Interface.onHost(link.name(), macOf(link), link.mtu());
  }

  private static MacAddress macOf(Link link) {
    return link.mac()
        .orElseThrow(
            () -> new IllegalStateException("link \"%s\" has no MAC".formatted(link.name())));
  }

  /** Makes the bridge the pod's gateway, and the node a router. */
  private void serve(NetworkNamespace host, Link bridge, BridgeConfig config, GatewayPlan plan) {
    if (plan.bridgeAddresses().isEmpty()) {
      return;
    }
    bridges.address(host, bridge, plan.bridgeAddresses(), config.forceAddress());
    host.sysctls().changeAll(forwarding(plan.bridgeAddresses()));
  }

  static Map<String, String> forwarding(List<IpPrefix> gateways) {
    Map<String, String> sysctls = new LinkedHashMap<>();
    for (IpPrefix gateway : gateways) {
      sysctls.put(gateway.isV6() ? "net/ipv6/conf/all/forwarding" : "net/ipv4/ip_forward", "1");
    }
    return sysctls;
  }

  private Translation translate(BridgeConfig config, CniResult result, OpenRecord steps) {
    List<IpPrefix> addresses = result.addresses().stream().map(Address::address).toList();
    if (!config.masquerade() || addresses.isEmpty()) {
      return Translation.none();
    }
    steps.will(Masquerade.inverseOf(addresses));
    return Translation.start(() -> masquerade.add(addresses));
  }
}
