package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.version.CniVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a conflist by libcni's rules (containernetworking/cni, libcni/conf.go). */
final class NetworkListReader {
  private NetworkListReader() {}

  static NetworkList read(ObjectNode node) {
    NetworkConfig source = NetworkConfig.of(node);
    ConfigObject root = source.root();
    boolean inlinedOnly = flag(root, "loadOnlyInlinedPlugins");
    return new NetworkList(
        source.name(),
        version(root),
        flag(root, "disableCheck"),
        flag(root, "disableGC"),
        inlinedOnly,
        plugins(root, inlinedOnly),
        source);
  }

  private static List<NetworkConfig> plugins(ConfigObject root, boolean inlinedOnly) {
    Optional<JsonNode> list = root.value("plugins");
    if (list.isEmpty() && inlinedOnly) {
      throw invalid(root, "\"loadOnlyInlinedPlugins\" is true, and there is no \"plugins\"");
    }
    List<NetworkConfig> plugins = new ArrayList<>();
    for (ConfigObject each : root.objects("plugins")) {
      NetworkConfig plugin = NetworkConfig.of(each.json());
      NetworkNames.requireType(
          each.string("type").orElse(""), "%s, plugin %d".formatted(root.where(), plugins.size()));
      plugins.add(plugin);
    }
    if (list.isPresent() && plugins.isEmpty()) {
      throw invalid(root, "no plugins in list");
    }
    if (plugins.size() > NetworkList.MAX_PLUGINS) {
      throw invalid(
          root,
          "%d plugins in list: at most %d are run"
              .formatted(plugins.size(), NetworkList.MAX_PLUGINS));
    }
    return plugins;
  }

  /** The newest of {@code cniVersions} and {@code cniVersion} that we know. */
  private static CniVersion version(ConfigObject root) {
    String single = root.string("cniVersion").orElse("");
    if (!root.has("cniVersions")) {
      return CniVersion.parse(single);
    }
    List<String> offered = new ArrayList<>(root.strings("cniVersions"));
    if (!single.isEmpty()) {
      offered.add(single);
    }
    for (String version : offered) {
      if (!CniVersion.isWellFormed(version)) {
        throw root.invalid("cniVersions", version, "versions such as 1.1.0");
      }
    }
    return offered.stream()
        .map(CniVersion::find)
        .flatMap(Optional::stream)
        .max(CniVersion::compareTo)
        .orElseGet(() -> CniVersion.parse(single.isEmpty() ? firstOf(offered) : single));
  }

  private static String firstOf(List<String> versions) {
    return versions.isEmpty() ? "" : versions.get(0);
  }

  /** A boolean, or its text in any case. */
  private static boolean flag(ConfigObject root, String key) {
    JsonNode value = root.value(key).orElse(BooleanNode.FALSE);
    return switch (value.isContainerNode() ? "" : value.asText().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw root.invalid(key, value.asText(), "true or false");
    };
  }

  private static CniException invalid(ConfigObject root, String finding) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        root.where() + ": " + finding,
        "correct the network configuration list");
  }
}
