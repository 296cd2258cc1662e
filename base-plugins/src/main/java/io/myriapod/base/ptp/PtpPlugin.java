package io.myriapod.base.ptp;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.veth.VethUpkeep;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;

/** The CNI plugin {@code ptp}. */
public final class PtpPlugin implements Plugin {
  public static final String TYPE = "ptp";

  private final Node node;
  private final Ipam ipam;
  private final Masquerade masquerade;
  private final PtpAttach attach;
  private final PtpCheck check;
  private final VethUpkeep upkeep;

  /** Shares the masquerade with the node's other plugins. */
  public PtpPlugin(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.masquerade = masquerade;
    this.attach = new PtpAttach(node, journal, ipam, addressing, masquerade);
    this.check = new PtpCheck(node, ipam, addressing, masquerade);
    this.upkeep = new VethUpkeep(node, ipam, masquerade);
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    PtpConfig.parse(request);
    Ipam.readConfig(request);
  }

  @Override
  public void validate(PluginRequest request) {
    PtpConfig config = PtpConfig.parse(request);
    ipam.validate(request);
    UnusedKeys.report(request.config());
    if (config.masquerade()) {
      masquerade.requireUsable();
    }
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, PtpConfig.parse(request)));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, PtpConfig.parse(request)));
  }

  @Override
  public void delete(PluginRequest request) {
    upkeep.delete(request);
  }

  @Override
  public void gc(GcRequest request) {
    upkeep.gc(request);
  }

  @Override
  public void status(StatusRequest request) {
    upkeep.status(request);
  }
}
