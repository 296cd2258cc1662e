package io.myriapod.agent.forecast;

import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.multus.config.MultusConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration by which the runtime would call.
 *
 * @param source as messages call it
 * @param warnings why it is a placeholder; empty if it is none
 */
public record NodeConfig(String source, NetworkList list, List<String> warnings) {
  private static final String PLACEHOLDER =
      """
      {"cniVersion": "1.0.0", "name": "myriapod", "type": "myriapod",
       "delegates": [{"cniVersion": "1.0.0", "name": "default-network", "type": "default-network"}]}
      """;

  /** Copies the list. */
  public NodeConfig {
    warnings = List.copyOf(warnings);
  }

  /** Of that file. Throws CniException 5, 6, 7 or 1 if it cannot be read. */
  public static NodeConfig of(Path file) {
    return new NodeConfig(file.toString(), ConfDirectory.load(file), List.of());
  }

  /** What the runtime takes of that directory; a placeholder if nothing of it can be read. */
  public static NodeConfig ofDirectory(Path directory) {
    try {
      return new ConfDirectory(directory)
          .read().found().stream()
              .findFirst()
              .map(found -> new NodeConfig(found.file().toString(), found.list(), List.of()))
              .orElseGet(() -> placeholder("%s has no configuration".formatted(directory)));
    } catch (CniException e) {
      return placeholder(e.getMessage());
    }
  }

  private static NodeConfig placeholder(String why) {
    return new NodeConfig(
        "a placeholder",
        NetworkList.parseAny(PLACEHOLDER.getBytes(StandardCharsets.UTF_8), Optional.empty()),
        List.of(why + ": a placeholder stands for the default network; see --node-config"));
  }

  /** Whether nothing is known of the default network. */
  boolean isPlaceholder() {
    return !warnings.isEmpty();
  }

  /** The meta-plugin's part as it would be called, without waiting for the node to be ready. */
  Optional<NetworkConfig> own() {
    for (int i = 0; i < list.plugins().size(); i++) {
      if (MultusConfig.OWN_TYPES.contains(list.plugins().get(i).root().string("type").orElse(""))) {
        return Optional.of(
            list.forPlugin(i, Map.of(), Optional.empty()).without("readinessindicatorfile"));
      }
    }
    return Optional.empty();
  }
}
