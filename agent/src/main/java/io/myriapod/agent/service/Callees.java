package io.myriapod.agent.service;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.types.Quoted;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which plugin a call means, by the name that the shim was called by: {@code myriapod}, {@code
 * multus} and {@code multus-shim} are the meta-plugin, {@code cni} one network driven by hand,
 * every other name a built-in plugin on its own.
 */
final class Callees {
  private final Map<String, Plugin> whole;
  private final PluginRegistry registry;
  private final StandalonePlugins standalone;

  Callees(Map<String, Plugin> whole, PluginRegistry registry, StandalonePlugins standalone) {
    this.whole = Map.copyOf(whole);
    this.registry = registry;
    this.standalone = standalone;
  }

  /**
   * The plugin of that name.
   *
   * @throws CniException 7 if there is none
   */
  Plugin called(String name, NetworkConfig config) {
    return Optional.ofNullable(whole.get(name))
        .or(() -> registry.builtin(name).map(builtin -> alone(builtin, config)))
        .orElseThrow(() -> unknown(name, config));
  }

  private Plugin alone(Plugin builtin, NetworkConfig config) {
    if (builtin instanceof IpamAlone) { // its configuration is the main plugin's
      return standalone.of(builtin);
    }
    return registry
        .nodesOwn(builtin.type(), config)
        .map(executed -> standalone.ofNode(executed, builtin))
        .orElseGet(() -> standalone.of(builtin));
  }

  /**
   * The plugin of that name for a call from within a plugin that we execute.
   *
   * @param outer it is for the very attachment that the outer operation has open: then that one
   *     keeps the record
   * @throws CniException 7 if there is none, or if it would start the outer operation over
   */
  Plugin within(String name, NetworkConfig config, boolean outer) {
    Plugin builtin = registry.builtin(name).orElseThrow(() -> endless(name, config));
    if (!outer) {
      return standalone.of(builtin);
    }
    return builtin instanceof IpamAlone ipam ? ipam.unrecorded() : builtin;
  }

  private static CniException endless(String name, NetworkConfig config) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "network \"%s\": called as %s by a plugin that was executed for the same container"
            .formatted(config.name(), Quoted.shortened(name)),
        "plugins may call single plugins of ours, not the one that called them");
  }

  private CniException unknown(String name, NetworkConfig config) {
    TreeSet<String> names = new TreeSet<>(registry.types());
    names.addAll(whole.keySet());
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "network \"%s\": called as %s, which is no built-in plugin"
            .formatted(config.name(), Quoted.shortened(name)),
        "link the shim under one of these names: " + String.join(", ", names));
  }
}
