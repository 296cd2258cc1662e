package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What libcni keeps of an ADD that succeeded, in {@code results/NETWORK-CONTAINER-INTERFACE}: an
 * object of kind {@code cniCacheV1}. containernetworking/cni, libcni/api.go, {@code cachedInfo}.
 *
 * @param list the configuration as it was given to libcni
 */
record CachedResult(
    Path file,
    ContainerId container,
    InterfaceName interfaceName,
    NetworkList list,
    Optional<Path> netns,
    CniArgs args,
    Map<String, JsonNode> capabilityArgs,
    CniResult result) {
  private static final String KIND = "cniCacheV1";

  /**
   * Reads one.
   *
   * @throws CniException saying what is wrong with it
   */
  static CachedResult of(CacheFolder.One file) {
    ObjectNode json = Json.parseObject(file.bytes(), "the file");
    if (!json.path("kind").asText().equals(KIND)) {
      throw wrong("is of no kind %s".formatted(KIND));
    }
    try {
      String network = json.path("networkName").asText();
      ContainerId container = new ContainerId(json.path("containerId").asText());
      InterfaceName name = new InterfaceName(json.path("ifName").asText());
      if (!file.name().equals(network + "-" + container + "-" + name)) {
        throw wrong("has another name than what it is about");
      }
      NetworkList list = NetworkList.parseAny(bytes(json, "config"), Optional.of(network));
      CniResult result = ResultCodec.decode(json.path("result"), list.cniVersion());
      return new CachedResult(
          file.path(),
          container,
          name,
          list,
          netns(json, name, result),
          args(json.path("cniArgs")),
          capabilityArgs(json.path("capabilityArgs")),
          result);
    } catch (IllegalArgumentException | IOException e) {
      throw wrong(e.getMessage());
    }
  }

  /** What is there in base64. */
  static byte[] bytes(JsonNode json, String key) throws IOException {
    byte[] bytes = json.path(key).binaryValue();
    if (bytes == null) {
      throw wrong("has no configuration in \"%s\"".formatted(key));
    }
    return bytes;
  }

  /** Older ones say it in the result alone. */
  private static Optional<Path> netns(ObjectNode json, InterfaceName name, CniResult result) {
    return Optional.of(json.path("netns").asText())
        .filter(path -> path.startsWith("/"))
        .or(
            () ->
                result.interfaces().stream()
                    .filter(each -> each.name().equals(name.value()))
                    .flatMap(each -> each.sandbox().stream())
                    .filter(path -> path.startsWith("/"))
                    .findFirst())
        .map(Path::of);
  }

  private static CniArgs args(JsonNode pairs) {
    CniArgs args = CniArgs.empty();
    for (JsonNode pair : pairs) {
      args = args.with(pair.path(0).asText(), pair.path(1).asText());
    }
    return args;
  }

  private static Map<String, JsonNode> capabilityArgs(JsonNode json) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    json.properties().forEach(each -> values.put(each.getKey(), each.getValue()));
    return values;
  }

  /** Whether a runtime keeps it of a call of Multus's, or of ours. */
  boolean isOfMeta() {
    return list.plugins().stream()
        .map(NetworkConfig::type)
        .anyMatch(MultusConfig.OWN_TYPES::contains);
  }

  /** The interface as the result has it. */
  Optional<Interface> link() {
    return result.interfaces().stream()
        .filter(each -> each.name().equals(interfaceName.value()) && each.sandbox().isPresent())
        .findFirst();
  }

  private static CniException wrong(String finding) {
    return new CniException(ErrorCode.DECODE, String.valueOf(finding), "");
  }
}
