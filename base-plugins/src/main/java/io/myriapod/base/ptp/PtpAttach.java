package io.myriapod.base.ptp;

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
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.List;

/** ADD of the ptp plugin. */
final class PtpAttach {
  /** Place of the pod's interface in the result, after the host end. */
  private static final int POD_INTERFACE = 1;

  private final Node node;
  private final Journal journal;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Masquerade masquerade;

  PtpAttach(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.journal = journal;
    this.ipam = ipam;
    this.addressing = addressing;
    this.masquerade = masquerade;
  }

  CniResult add(PluginRequest request, PtpConfig config) {
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        VethSteps steps = VethSteps.begin(journal, request)) {
      CniResult leased = steps.lease(ipam);
      HostSide hostSide = HostSide.of(leased);

      VethPair pair = steps.createPair(host, pod, config.mac(), config.mtu());
      hostSide.configure(host, pair.hostEnd());
      Forwarding.enable(host, hostSide.pods());

      CniResult result = result(request, pair, leased);
      try (Translation translation = translate(config, leased, steps)) {
        addressing.configureRouted(pod, pair.podEnd(), result, config.dad());
        translation.await();
      }
      steps.done();
      return result;
    }
  }

  private static CniResult result(PluginRequest request, VethPair pair, CniResult leased) {
    List<Interface> interfaces =
        List.of(VethPair.onHost(pair.hostEnd()), pair.inPod(request.requireNetns()));
    return leased.onInterface(interfaces, POD_INTERFACE).preferringDns(request.config().dns());
  }

  private Translation translate(PtpConfig config, CniResult leased, VethSteps steps) {
    return config.masquerade()
        ? Translation.start(masquerade, leased.prefixes(), steps.record())
        : Translation.none();
  }
}
