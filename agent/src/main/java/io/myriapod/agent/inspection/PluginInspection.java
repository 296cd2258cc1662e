package io.myriapod.agent.inspection;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.ConfigReader;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one plugin would say of its request, as far as that needs no node. */
public final class PluginInspection {
  private static final int MOST = 100;

  private PluginInspection() {}

  /** The error, if there is one, after what has no effect; keys are those of the configuration. */
  public static List<Remark> of(PluginRequest request) {
    NetworkConfig config = request.config();
    List<Remark> remarks = new ArrayList<>();
    try {
      Optional<ConfigReader> reader = PluginReaders.find(config);
      if (reader.isEmpty()) {
        return ExecutedPlugins.remarks(config);
      }
      reader.get().read(request);
      remarks.addAll(ExecutedPlugins.ofIpam(config));
      UnusedKeys.of(config).stream().limit(MOST).forEach(key -> remarks.add(unused(config, key)));
    } catch (RuntimeException e) {
      remarks.add(Remark.of(CniException.of(e)));
    }
    return remarks;
  }

  private static Remark unused(NetworkConfig config, String key) {
    return Remark.warning(
        "%s: key %s has no effect: \"%s\" does not read it"
            .formatted(config, Quoted.shortened(key), config.type()),
        "correct or remove it; \"strict\": true makes an ADD refuse it",
        key);
  }
}
