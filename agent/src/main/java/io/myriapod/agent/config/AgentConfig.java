package io.myriapod.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.apiserver.ApiServerSettings;
import io.myriapod.vfio.WantedFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's own configuration, {@code /etc/myriapod/config.yaml}: always strict, so an unknown
 * key or a value out of range is an error that names it. An absent file means every default.
 *
 * @param width operations that may add, and as many that may remove, at once; key {@code parallel}
 * @param queueLength ADDs running or waiting over which a further one is refused; key {@code queue}
 * @param sweepEvery pause between two looks for attachments whose namespace is gone; key {@code
 *     sweepSeconds}
 * @param delWhenAbsent what the shim does with a DEL while no agent answers
 * @param functions what is wanted of physical functions; key {@code sriov}
 * @param devicePlugin absent if no devices are offered to the kubelet
 * @param hotPlug whether networks of running pods are changed; keys {@code hotplug} and {@code
 *     delegateSocket}
 * @param apiServer absent if pods and networks are in a folder
 * @param http absent if no port is open
 */
public record AgentConfig(
    int width,
    int queueLength,
    Duration sweepEvery,
    DelWhenAbsent delWhenAbsent,
    List<WantedFunctions> functions,
    Optional<DevicePluginSettings> devicePlugin,
    HotPlugSettings hotPlug,
    Optional<ApiServerSettings> apiServer,
    Optional<HttpSettings> http) {
  private static final int MAX_BYTES = 1 << 20;

  public AgentConfig {
    functions = List.copyOf(functions);
  }

  /** What the shim does with a DEL that finds no agent until its deadline. */
  public enum DelWhenAbsent {
    /** Write the request down for the agent and succeed. */
    SPOOL,
    /** Fail with code 11. */
    FAIL
  }

  /** What holds without a file. */
  public static AgentConfig defaults() {
    return of(ConfigObject.of(Json.object(), "config.yaml"), System.getenv());
  }

  /**
   * Reads the file.
   *
   * @throws CniException 5 if it cannot be read, 6 if it is no YAML object, 7 naming a wrong key
   */
  public static AgentConfig read(Path file) {
    return read(file, System.getenv());
  }

  /** The same by another environment, which may say where the API server is. */
  public static AgentConfig read(Path file, Map<String, String> environment) {
    if (!Files.exists(file)) {
      return defaults();
    }
    ConfigObject object =
        ConfigObject.of(tree(file), file.getFileName().toString(), file.toString());
    AgentConfig config = of(object, environment);
    if (!object.unread().isEmpty()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "read %s: unknown key \"%s\"".formatted(file, object.unread().get(0)),
          "docs/operations.md lists the keys");
    }
    return config;
  }

  private static ObjectNode tree(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CniException(
            ErrorCode.DECODE,
            "read %s: larger than %d bytes".formatted(file, MAX_BYTES),
            "a node's configuration has a few lines");
      }
      JsonNode tree = StrictYaml.read(Files.readAllBytes(file));
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return Json.object();
      }
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new CniException(
          ErrorCode.DECODE, "read %s: not an object".formatted(file), "write `key: value` lines");
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.IO,
          "read %s: %s".formatted(file, e.getMessage()),
          "mend or remove the file; a PCI address wants quotes");
    }
  }

  private static AgentConfig of(ConfigObject object, Map<String, String> environment) {
    return new AgentConfig(
        object.integer("parallel", 1, 256).orElse(12),
        object.integer("queue", 1, 65_536).orElse(1_024),
        Duration.ofSeconds(object.integer("sweepSeconds", 1, 86_400).orElse(60)),
        object
            .oneOf(
                "delWhenAbsent", Map.of("spool", DelWhenAbsent.SPOOL, "fail", DelWhenAbsent.FAIL))
            .orElse(DelWhenAbsent.SPOOL),
        SriovSection.read(object),
        DevicePluginSettings.read(object),
        HotPlugSettings.read(object),
        ApiServerSection.read(object, environment),
        HttpSettings.read(object));
  }
}
