package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A network: one or more plugins run in a chain. CNI SPEC 1.1.0, "Network configuration format".
 *
 * @param cniVersion the newest that both the list and we know
 * @param disableCheck CHECK does nothing
 * @param disableGC GC does nothing
 * @param loadOnlyInlinedPlugins the subdirectory of the list's name is not looked at
 * @param plugins in ADD order, as written; may be empty until a subdirectory was added
 * @param source the object that it was read from
 */
public record NetworkList(
    String name,
    CniVersion cniVersion,
    boolean disableCheck,
    boolean disableGC,
    boolean loadOnlyInlinedPlugins,
    List<NetworkConfig> plugins,
    NetworkConfig source) {
  /** Plugins in one list. */
  static final int MAX_PLUGINS = 64;

  /** Copies the list. */
  public NetworkList {
    plugins = List.copyOf(plugins);
  }

  /**
   * Reads a conflist: an object with {@code plugins}.
   *
   * @throws CniException 6 if it is no JSON object, 7 if a key is wrong, 1 if no version fits
   */
  public static NetworkList parse(byte[] json) {
    return NetworkListReader.read(Json.parseObject(json, "network configuration list"));
  }

  /**
   * Reads a conflist, or the configuration of a single plugin, whichever it is.
   *
   * @param nameIfAbsent given to an object without name, as a NetworkAttachmentDefinition does
   */
  public static NetworkList parseAny(byte[] json, Optional<String> nameIfAbsent) {
    ObjectNode node = Json.parseObject(json, "network configuration");
    boolean named = GoKeys.find(node, "name").filter(name -> !name.asText().isEmpty()).isPresent();
    if (!named && nameIfAbsent.isPresent()) {
      GoKeys.remove(node, "name");
      node.put("name", nameIfAbsent.get());
    }
    return GoKeys.find(node, "plugins").isPresent()
        ? NetworkListReader.read(node)
        : fromSingle(NetworkConfig.of(node));
  }

  /** The list of this plugin alone; its name and version are the list's. */
  public static NetworkList fromSingle(NetworkConfig config) {
    config.type();
    return new NetworkList(
        config.name(), config.cniVersion(), false, false, false, List.of(config), config);
  }

  /** Whether it was written as a list, not up-converted from a single plugin. */
  public boolean isList() {
    return source.root().has("plugins");
  }

  /** The same with these plugins after its own. */
  public NetworkList withAppended(List<NetworkConfig> more) {
    return withPlugins(Stream.concat(plugins.stream(), more.stream()).toList());
  }

  /** The same with each plugin's configuration changed. */
  public NetworkList mapPlugins(UnaryOperator<NetworkConfig> change) {
    return withPlugins(plugins.stream().map(change).toList());
  }

  private NetworkList withPlugins(List<NetworkConfig> others) {
    return new NetworkList(
        name, cniVersion, disableCheck, disableGC, loadOnlyInlinedPlugins, others, source);
  }

  /** The capabilities that this plugin says it has. */
  public Set<String> capabilities(int plugin) {
    return Capabilities.of(plugins.get(plugin));
  }

  /**
   * What goes to that plugin's stdin: name and version of the list, {@code runtimeConfig} with the
   * values of its own capabilities only, the previous result; {@code capabilities} and {@code
   * cni.dev/*} go, all else stays as it is.
   *
   * @param capabilityArgs value by capability
   */
  public NetworkConfig forPlugin(
      int plugin, Map<String, JsonNode> capabilityArgs, Optional<JsonNode> prevResult) {
    NetworkConfig config = plugins.get(plugin);
    ObjectNode derived = Json.object();
    derived.put("cniVersion", cniVersion.text());
    derived.put("name", name);
    derived.setAll(config.json());
    derived.put("cniVersion", cniVersion.text());
    derived.put("name", name);
    for (String generated : List.of("cniVersion", "name")) {
      GoKeys.variants(derived, generated).stream()
          .filter(variant -> !variant.equals(generated))
          .forEach(derived::remove);
    }
    GoKeys.remove(derived, "capabilities");
    reserved(derived).forEach(derived::remove);
    ObjectNode runtimeConfig = Json.object();
    capabilities(plugin).stream()
        .filter(capabilityArgs::containsKey)
        .forEach(name -> runtimeConfig.set(name, capabilityArgs.get(name)));
    if (!runtimeConfig.isEmpty()) {
      GoKeys.remove(derived, "runtimeConfig");
      derived.set("runtimeConfig", runtimeConfig);
    }
    GoKeys.remove(derived, "prevResult");
    prevResult.ifPresent(result -> derived.set("prevResult", result));
    return NetworkConfig.of(derived);
  }

  private static List<String> reserved(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names.stream().filter(name -> name.startsWith("cni.dev/")).toList();
  }
}
