package io.myriapod.base.tuning;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.Netns;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.Optional;

/** A tuning plugin, and a pod with a link to be tuned. */
final class TuningLab extends PluginLab {
  static final String MAC = "02:00:00:00:00:01";
  private static final String NETWORK = "tuned";

  final TuningPlugin plugin;
  final CniResult before;

  /**
   * With {@code net1} in the pod, up, MTU 1500; and {@code peer1}, its far end.
   *
   * @param temp also the root below which allow-list and backup files are
   */
  TuningLab(Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.plugin = new TuningPlugin(this.node, journal, temp);
    undoWith(plugin.inverseHandlers());
    pod.run("ip link add net1 address %s type veth peer name peer1".formatted(MAC));
    pod.run("ip link set net1 up; ip link set peer1 up");
    this.before =
        CniResult.of(
            Interface.inContainer("net1", MacAddress.parse(MAC), 1500, pod.path().toString()));
  }

  static NetworkConfig config(String keys) {
    return config(NETWORK, TuningPlugin.TYPE, keys);
  }

  /** A request for {@code net1} after another plugin. */
  PluginRequest request(String keys) {
    return request("net1", keys).withPrevResult(Optional.of(before));
  }

  CniResult add(String keys) {
    return add(request(keys));
  }

  @Override
  protected TuningPlugin plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(keys);
  }
}
