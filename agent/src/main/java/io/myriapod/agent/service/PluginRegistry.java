package io.myriapod.agent.service;

import io.myriapod.cni.chain.PluginResolver;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Plugin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who serves a plugin configuration: the built-in plugin of its type; or the node's own executable
 * if there is none, if the configuration says {@code "builtin": false}, or if it has a key that
 * only a newer reference plugin knows.
 */
public final class PluginRegistry implements PluginResolver {
  private final Map<String, Plugin> builtins;
  private final Launcher launcher;

  /** Serves these in-process and everything else through the launcher. */
  public PluginRegistry(List<Plugin> builtins, Launcher launcher) {
    this.builtins = builtins.stream().collect(Collectors.toMap(Plugin::type, Function.identity()));
    this.launcher = launcher;
  }

  @Override
  public Plugin resolve(NetworkConfig config, List<Path> searchPath) {
    Plugin builtin = builtins.get(config.type());
    if (builtin == null) {
      return new ForeignPlugin(config.type(), launcher);
    }
    return nodesOwn(config.type(), config).orElse(builtin);
  }

  /** The node's own executable of that type, if the configuration asks for it. */
  Optional<Plugin> nodesOwn(String type, NetworkConfig config) {
    return NodeOwnKeys.askedBy(config, type)
        .map(key -> ForeignPlugin.insteadOfBuiltin(type, key, launcher));
  }

  /** Whether {@link #resolve} gives a built-in plugin. */
  public boolean isBuiltin(NetworkConfig config) {
    return builtins.containsKey(config.type()) && NodeOwnKeys.askedBy(config).isEmpty();
  }

  /** The built-in plugin of that type. */
  public Optional<Plugin> builtin(String type) {
    return Optional.ofNullable(builtins.get(type));
  }

  /** The types that are built in. */
  public Set<String> types() {
    return builtins.keySet();
  }
}
