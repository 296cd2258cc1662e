package io.myriapod.cni.chain;

import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;

/** Is told of each ADD before it happens, so that its inverse can be written down. */
public interface ChainListener {
  /** Writes nothing down. */
  ChainListener NONE = (plugin, request) -> {};

  /** This plugin's ADD is about to be called; it is not, if this throws. */
  void willAdd(Plugin plugin, PluginRequest request);
}
