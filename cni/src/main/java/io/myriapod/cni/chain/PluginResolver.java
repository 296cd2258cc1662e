package io.myriapod.cni.chain;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.Plugin;
import java.nio.file.Path;
import java.util.List;

/** Says who serves a plugin configuration: a built-in plugin or an executable of the node. */
public interface PluginResolver {
  /**
   * The plugin for the configuration's type.
   *
   * @param searchPath directories of {@code CNI_PATH}
   */
  Plugin resolve(NetworkConfig config, List<Path> searchPath);
}
