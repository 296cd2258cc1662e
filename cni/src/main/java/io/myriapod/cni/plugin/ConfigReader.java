package io.myriapod.cni.plugin;

import io.myriapod.cni.error.CniException;

/** What can be said of a plugin's configuration without a node. */
@FunctionalInterface
public interface ConfigReader {
  /**
   * Reads every key that an ADD reads; asks nothing of kernel or files.
   *
   * @throws CniException as the plugin's {@link Plugin#validate} does for a wrong configuration
   */
  void read(PluginRequest request);
}
