package io.myriapod.agent.inspection;

import io.myriapod.base.bandwidth.BandwidthPlugin;
import io.myriapod.base.bridge.BridgePlugin;
import io.myriapod.base.hostdevice.HostDevicePlugin;
import io.myriapod.base.ptp.PtpPlugin;
import io.myriapod.base.sbr.SbrPlugin;
import io.myriapod.base.tuning.TuningPlugin;
import io.myriapod.child.ipvlan.Ipvlan;
import io.myriapod.child.link.ChildPlugin;
import io.myriapod.child.macvlan.Macvlan;
import io.myriapod.child.vlan.Vlan;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.plugin.ConfigReader;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.sriov.SriovPlugin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Readers of the configurations of the built-in plugins, by type. */
public final class PluginReaders {
  /** Types of plugins that take a device of the node. */
  private static final Set<String> TAKING_DEVICES = Set.of("sriov", "host-device");

  private static final Map<String, ConfigReader> READERS =
      Map.ofEntries(
          Map.entry("bridge", BridgePlugin::readConfig),
          Map.entry("ptp", PtpPlugin::readConfig),
          Map.entry("tuning", TuningPlugin::readConfig),
          Map.entry("sbr", SbrPlugin::readConfig),
          Map.entry("host-device", HostDevicePlugin::readConfig),
          Map.entry("sriov", SriovPlugin::readConfig),
          Map.entry("bandwidth", BandwidthPlugin::readConfig),
          Map.entry("macvlan", ChildPlugin.reader(new Macvlan())),
          Map.entry("ipvlan", ChildPlugin.reader(new Ipvlan())),
          Map.entry("vlan", ChildPlugin.reader(new Vlan())),
          Map.entry("loopback", request -> {}),
          Map.entry("passthru", request -> {}),
          Map.entry("host-local", PluginReaders::readIpam),
          Map.entry("static", PluginReaders::readIpam));

  private PluginReaders() {}

  private static void readIpam(PluginRequest request) {
    if (request.config().ipam().isEmpty()) {
      throw request.config().root().missing("ipam", "the object that the plugin reads");
    }
    Ipam.readConfig(request);
  }

  /** All types. */
  public static Set<String> types() {
    return READERS.keySet();
  }

  /** Whether the agent serves the configuration itself, rather than by an executable. */
  public static boolean isBuiltin(NetworkConfig config) {
    return find(config).isPresent();
  }

  /** Whether the built-in plugin of that type takes a device. */
  public static boolean takesDevice(String type) {
    return TAKING_DEVICES.contains(type);
  }

  /**
   * The reader of a configuration; empty if an executable serves it.
   *
   * @throws io.myriapod.cni.error.CniException 7 if there is no usable type
   */
  static Optional<ConfigReader> find(NetworkConfig config) {
    return Optional.ofNullable(READERS.get(config.type()))
        .filter(reader -> NodeOwnKeys.askedBy(config).isEmpty());
  }
}
