package io.myriapod.child.link;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.util.Map;

/** A plugin of one kind of child on a node that is a namespace of the test. */
public class ChildLab<C extends ChildConfig> extends PluginLab {
  protected static final String NETWORK = "storage";

  public final ChildPlugin<C> plugin;
  public final Path sys;
  private final String type;

  /** With a parent {@code parent0} on the node, up, whose far end {@code wire0} is there too. */
  public ChildLab(ChildKind<C> kind, Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.type = kind.type();
    this.sys = temp.resolve("sys");
    this.plugin = new ChildPlugin<>(kind, this.node, journal, ipam, addressing, new Sysfs(sys));
    undoWith(Map.of());
    node.run("ip link add parent0 type veth peer name wire0");
    node.run("ip link set parent0 up; ip link set wire0 up");
  }

  public CniResult add(String keys) {
    return add(request("net1", keys));
  }

  @Override
  protected ChildPlugin<C> plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(NETWORK, type, keys);
  }
}
