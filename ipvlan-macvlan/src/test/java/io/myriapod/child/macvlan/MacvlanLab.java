package io.myriapod.child.macvlan;

import io.myriapod.child.link.ChildPlugin;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.util.Map;

/** A macvlan plugin on a node that is a namespace of the test. */
final class MacvlanLab extends PluginLab {
  private static final String NETWORK = "storage";

  final ChildPlugin<MacvlanConfig> plugin;
  final Path sys;

  /** With a parent {@code parent0} on the node, up, whose far end {@code wire0} is there too. */
  MacvlanLab(Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.sys = temp.resolve("sys");
    this.plugin =
        new ChildPlugin<>(new Macvlan(), this.node, journal, ipam, addressing, new Sysfs(sys));
    undoWith(Map.of());
    node.run("ip link add parent0 type veth peer name wire0");
    node.run("ip link set parent0 up; ip link set wire0 up");
  }

  static NetworkConfig config(String keys) {
    return config(NETWORK, Macvlan.TYPE, keys);
  }

  CniResult add(String keys) {
    return add(request("net1", keys));
  }

  @Override
  protected ChildPlugin<MacvlanConfig> plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(keys);
  }
}
