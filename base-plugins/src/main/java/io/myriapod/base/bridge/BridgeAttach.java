package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.masquerade.Translation;
import io.myriapod.base.veth.Forwarding;
import io.myriapod.base.veth.VethPair;
import io.myriapod.base.veth.VethSteps;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.List;

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
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        VethSteps steps = VethSteps.begin(journal, request)) {
      Link bridge = bridges.ensure(host, config);
      VethPair pair = steps.createPair(host, pod, config.mac(), config.mtu());
      connect(host, bridge, pair, config);

      GatewayPlan plan = GatewayPlan.of(config, steps.lease(ipam));
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

  private static void connect(
      NetworkNamespace host, Link bridge, VethPair pair, BridgeConfig config) {
    host.links().setMaster(pair.hostEnd(), bridge);
    if (config.hairpin()) {
      host.links().setHairpin(pair.hostEnd(), true);
    }
    host.links().setUp(pair.hostEnd());
  }

  private static CniResult result(
      PluginRequest request, Link bridge, VethPair pair, GatewayPlan plan) {
    List<Interface> interfaces =
        List.of(
            VethPair.onHost(bridge),
            VethPair.onHost(pair.hostEnd()),
            pair.inPod(request.requireNetns()));
    return plan.leased()
        .onInterface(interfaces, POD_INTERFACE)
        .preferringDns(request.config().dns());
  }

  /** Makes the bridge the pod's gateway, and the node a router. */
  private void serve(NetworkNamespace host, Link bridge, BridgeConfig config, GatewayPlan plan) {
    if (plan.bridgeAddresses().isEmpty()) {
      return;
    }
    bridges.address(host, bridge, plan.bridgeAddresses(), config.forceAddress());
    Forwarding.enable(host, plan.bridgeAddresses());
  }

  private Translation translate(BridgeConfig config, CniResult result, VethSteps steps) {
    return config.masquerade()
        ? Translation.start(masquerade, result.prefixes(), steps.record())
        : Translation.none();
  }
}
