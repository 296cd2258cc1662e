package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Multus keeps of one network of a pod, in the list that is its cache's file of the pod's
 * container. multus-cni, pkg/types, {@code DelegateNetConf}.
 *
 * @param name {@code namespace/name} of the definition, or the network's
 * @param list the configuration; of a list of plugins some releases keep only what every plugin has
 */
record CachedDelegate(
    int order,
    String name,
    Optional<InterfaceName> requested,
    NetworkList list,
    Optional<PciAddress> device) {

  /**
   * Reads them all.
   *
   * @throws CniException saying what is wrong with one
   */
  static List<CachedDelegate> of(CacheFolder.One file) {
    JsonNode array = Json.parse(file.bytes(), "the file");
    if (!array.isArray() || array.isEmpty()) {
      throw new CniException(ErrorCode.DECODE, "the file is no list of networks", "");
    }
    List<CachedDelegate> delegates = new ArrayList<>();
    for (JsonNode each : array) {
      delegates.add(of(delegates.size(), each));
    }
    return delegates;
  }

  private static CachedDelegate of(int order, JsonNode json) {
    try {
      String name = json.path("Name").asText();
      NetworkList list =
          NetworkList.parseAny(
              CachedResult.bytes(json, "Bytes"), Optional.of(name).filter(one -> !one.isEmpty()));
      return new CachedDelegate(
          order,
          name.isEmpty() ? list.name() : name,
          text(json, "ifnameRequest").map(InterfaceName::new),
          list,
          text(json, "deviceID").flatMap(DeviceId::of).flatMap(DeviceId::pci));
    } catch (IllegalArgumentException | IOException e) {
      throw new CniException(
          ErrorCode.DECODE, "network %d of the file: %s".formatted(order, e.getMessage()), "", e);
    }
  }

  private static Optional<String> text(JsonNode json, String key) {
    return Optional.of(json.path(key).asText()).filter(value -> !value.isEmpty());
  }

  /** As Multus names it inside a pod. */
  InterfaceName interfaceName(InterfaceName ofSandbox) {
    return order == 0 ? ofSandbox : requested.orElseGet(() -> new InterfaceName("net" + order));
  }
}
