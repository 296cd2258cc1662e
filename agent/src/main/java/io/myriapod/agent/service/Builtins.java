package io.myriapod.agent.service;

import io.myriapod.base.bandwidth.BandwidthPlugin;
import io.myriapod.base.bridge.BridgePlugin;
import io.myriapod.base.hostdevice.HostDevicePlugin;
import io.myriapod.base.loopback.LoopbackPlugin;
import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.base.ptp.PtpPlugin;
import io.myriapod.base.sbr.SbrPlugin;
import io.myriapod.base.tuning.TuningPlugin;
import io.myriapod.child.ipvlan.Ipvlan;
import io.myriapod.child.link.ChildPlugin;
import io.myriapod.child.macvlan.Macvlan;
import io.myriapod.child.vlan.Vlan;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.PassthruPlugin;
import io.myriapod.sriov.SriovPlugin;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.given.DeadPods;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/** The built-in plugins, and how to run the inverses that only they record. */
final class Builtins {
  private static final Set<String> STATELESS =
      Set.of("bridge", "ptp", "macvlan", "ipvlan", "vlan", "loopback", "passthru");

  private final Masquerade masquerade;
  private final LoopbackPlugin loopback;
  private final TuningPlugin tuning;
  private final BandwidthPlugin bandwidth;
  private final SbrPlugin sbr;
  private final SriovPlugin sriov;
  private final List<Plugin> plugins;

  /**
   * @param root what files of the node are below, for those that read some
   * @param places the kernel's trees
   * @param devices held by those, too, that change devices, while they decide and record
   */
  Builtins(
      Node node,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Path root,
      Lock devices,
      DeadPods deadPods,
      Places places) {
    this.masquerade = new Masquerade(node, journal);
    this.loopback = new LoopbackPlugin(node, journal);
    this.tuning = new TuningPlugin(node, journal, root);
    this.bandwidth = new BandwidthPlugin(node, journal);
    this.sbr = new SbrPlugin(node, journal);
    this.sriov = new SriovPlugin(node, journal, ipam, addressing, devices, deadPods, places, root);
    this.plugins =
        List.of(
            new BridgePlugin(node, journal, ipam, addressing, masquerade),
            new PtpPlugin(node, journal, ipam, addressing, masquerade),
            loopback,
            tuning,
            sbr,
            new HostDevicePlugin(
                node, journal, ipam, addressing, devices, deadPods, new Sysfs(places.sys())),
            sriov,
            bandwidth,
            new ChildPlugin<>(new Macvlan(), node, journal, ipam, addressing),
            new ChildPlugin<>(new Ipvlan(), node, journal, ipam, addressing),
            new ChildPlugin<>(new Vlan(), node, journal, ipam, addressing),
            new PassthruPlugin(),
            new IpamAlone("host-local", ipam, journal),
            new IpamAlone("static", ipam, journal));
  }

  List<Plugin> plugins() {
    return plugins;
  }

  /**
   * The plugin that may delete what the node's own of that type has made: one whose DEL needs no
   * more than configuration, name of the interface and lease.
   */
  Optional<Plugin> inPlaceOf(String type) {
    return plugins.stream()
        .filter(plugin -> plugin.type().equals(type) && STATELESS.contains(type))
        .findFirst();
  }

  /** By kind. */
  Map<String, InverseHandler> inverseHandlers() {
    Map<String, InverseHandler> handlers = new HashMap<>();
    handlers.put(Masquerade.INVERSE_KIND, masquerade.inverseHandler());
    handlers.putAll(loopback.inverseHandlers());
    handlers.putAll(tuning.inverseHandlers());
    handlers.putAll(bandwidth.inverseHandlers());
    handlers.putAll(sbr.inverseHandlers());
    handlers.putAll(sriov.inverseHandlers());
    return handlers;
  }

  /** Writes what they keep outside of links anew: after {@code nft flush ruleset}. */
  void restore() {
    masquerade.restore();
  }
}
