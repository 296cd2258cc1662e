package io.myriapod.multus.attach;

import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.inverse.RanForeign;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes down each execution of a foreign plugin before it happens, with the exact bytes that it
 * gets, so that its DEL gets the same. Built-in plugins record their own steps.
 */
public record ForeignSteps(OpenRecord record) implements ChainListener {
  @Override
  public void willAdd(Plugin plugin, PluginRequest request) {
    if (plugin instanceof ForeignPlugin) {
      record.will(inverse(plugin.type(), request).toInverse());
    }
  }

  /** How to undo what the foreign plugin of that type is about to do. */
  public static RanForeign inverse(String type, PluginRequest request) {
    Map<String, String> environment =
        Map.of(
            "CNI_CONTAINERID", request.container().value(),
            "CNI_IFNAME", request.interfaceName().value(),
            "CNI_NETNS", request.netns().map(Path::toString).orElse(""),
            "CNI_ARGS", request.args().encode());
    return RanForeign.of(
        type,
        request.config().without("prevResult").bytes(),
        environment,
        request.searchPath().stream().map(Path::toString).toList());
  }
}
