package io.myriapod.multus.plan;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.config.Compat;
import io.myriapod.types.DeviceId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What a network's plugins are told besides their configuration. */
final class CallArguments {
  /** Addresses that a runtime asks for are meant for the default network. */
  private static final Set<String> FOR_THE_DEFAULT_NETWORK = Set.of("IP", "MAC", "GATEWAY");

  /** The capability of plugins that want to know the file. NPWG Device Information, section 3. */
  static final String DEVICE_INFO_FILE = "CNIDeviceInfoFile";

  private CallArguments() {}

  /** Whether a plugin of the list has the capability of reading or writing the file. */
  static boolean wantsDeviceInfo(NetworkList list) {
    return IntStream.range(0, list.plugins().size())
        .anyMatch(plugin -> list.capabilities(plugin).contains(DEVICE_INFO_FILE));
  }

  /**
   * Values by capability. The runtime's go to the default network alone (NPWG 1.3, section 7.5):
   * the host ports of a pod must not be opened on a second network; the annotation's go before, and
   * before those the device that the network gets.
   *
   * @param deviceInfo the file by which plugins tell of it
   */
  static Map<String, JsonNode> capabilityArgs(
      boolean isDefault, NetworkConfig own, WantedNetwork network, Optional<Path> deviceInfo) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    if (isDefault) {
      own.runtimeConfig().json().properties().forEach(e -> values.put(e.getKey(), e.getValue()));
    }
    values.putAll(network.options().capabilityArguments());
    network.device().ifPresent(id -> values.put("deviceID", TextNode.valueOf(id.value())));
    deviceInfo.ifPresent(file -> values.put(DEVICE_INFO_FILE, TextNode.valueOf(file.toString())));
    return values;
  }

  /** {@code CNI_ARGS}: the runtime's; as Multus has it also {@code IP} and {@code MAC}. */
  static CniArgs args(boolean isDefault, CniArgs own, SelectionOptions options, Compat compat) {
    CniArgs args = CniArgs.empty();
    for (Map.Entry<String, String> pair : own.asMap().entrySet()) {
      if (isDefault || !FOR_THE_DEFAULT_NETWORK.contains(pair.getKey())) {
        args = args.with(pair.getKey(), pair.getValue());
      }
    }
    if (!own.ignoreUnknown()) {
      args = args.with("IgnoreUnknown", "1");
    }
    if (compat == Compat.MULTUS && !options.ips().isEmpty()) {
      args = args.with("IP", String.join(",", options.ips()));
    }
    if (compat == Compat.MULTUS && options.mac().isPresent()) {
      args = args.with("MAC", options.mac().get().toString());
    }
    return args;
  }

  /** The list with the device in every plugin, under the keys that plugins of devices read. */
  static NetworkList withDevice(NetworkList list, Optional<DeviceId> device) {
    return device
        .map(id -> TextNode.valueOf(id.value()))
        .map(id -> list.mapPlugins(plugin -> plugin.with("deviceID", id).with("pciBusID", id)))
        .orElse(list);
  }

  /** The list with the annotation's {@code cni-args} in {@code args.cni} of every plugin. */
  static NetworkList withCniArgs(NetworkList list, SelectionOptions options) {
    return options
        .cniArgs()
        .filter(args -> !args.isEmpty())
        .map(args -> list.mapPlugins(plugin -> withCniArgs(plugin, args)))
        .orElse(list);
  }

  /** The annotation's keys override the configuration's. NPWG 1.3, section 4.1.2.1.7. */
  private static NetworkConfig withCniArgs(NetworkConfig plugin, ObjectNode cniArgs) {
    ObjectNode args = object(plugin.json(), "args");
    ObjectNode cni = object(args, "cni");
    Map<String, Map.Entry<String, JsonNode>> byKey = new LinkedHashMap<>();
    cniArgs.properties().forEach(each -> byKey.put(each.getKey().toLowerCase(ROOT), each));
    cni.properties().removeIf(each -> byKey.containsKey(each.getKey().toLowerCase(ROOT)));
    byKey.values().forEach(each -> cni.set(each.getKey(), each.getValue()));
    GoKeys.remove(args, "cni");
    args.set("cni", cni);
    return plugin.with("args", args);
  }

  private static ObjectNode object(ObjectNode parent, String key) {
    return GoKeys.find(parent, key)
        .filter(JsonNode::isObject)
        .map(value -> (ObjectNode) value.deepCopy())
        .orElseGet(Json::object);
  }
}
