package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.veth.VethUpkeep;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
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
import io.myriapod.types.InterfaceName;

/** The CNI plugin {@code bridge}. */
public final class BridgePlugin implements Plugin {
  public static final String TYPE = "bridge";

  private final Node node;
  private final Ipam ipam;
  private final Masquerade masquerade;
  private final BridgeAttach attach;
  private final BridgeCheck check;
  private final VethUpkeep upkeep;

  /** Shares the masquerade with the node's other plugins. */
  public BridgePlugin(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.masquerade = masquerade;
    this.attach = new BridgeAttach(node, journal, ipam, addressing, masquerade);
    this.check = new BridgeCheck(node, ipam, addressing, masquerade);
    this.upkeep = new VethUpkeep(node, ipam, masquerade);
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    BridgeConfig.parse(request);
    Ipam.readConfig(request);
  }

  @Override
  public void validate(PluginRequest request) {
    BridgeConfig config = BridgeConfig.parse(request);
    ipam.validate(request);
    UnusedKeys.report(request.config());
    if (config.masquerade()) {
      masquerade.requireUsable();
    }
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
            BridgeLink.find(host, config.bridge());
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, BridgeConfig.parse(request)));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, BridgeConfig.parse(request)));
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
    InterfaceName bridge = BridgeConfig.bridge(request.config().root());
    try {
      KernelRefusal.told(() -> requireNoOther(bridge));
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }

  /** A bridge that is not there yet is made by the first ADD, unless another link has its name. */
  private void requireNoOther(InterfaceName name) {
    try (NetworkNamespace host = node.openHost()) {
      BridgeLink.find(host, name);
    }
  }
}
