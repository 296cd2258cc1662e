package io.myriapod.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.deviceplugin.config.FileContent;
import io.myriapod.deviceplugin.config.PoolList;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.kubelet.RegistrationMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The object {@code devicePlugin} of the configuration: whether and how the agent offers devices to
 * the kubelet.
 *
 * @param configFile where the pools are; key {@code configFile}
 * @param resourceList the pools themselves, in place of a file; key {@code resourceList}
 * @param resourcePrefix of pools that name none; key {@code resourcePrefix}
 * @param useCdi give device files by name; key {@code useCdi}
 * @param registration absent: by whichever way the kubelet offers; key {@code registration}
 * @param settle nothing more must happen for that long before devices are looked at; key {@code
 *     settleMillis}
 */
public record DevicePluginSettings(
    Path configFile,
    Optional<JsonNode> resourceList,
    String resourcePrefix,
    boolean useCdi,
    Optional<RegistrationMode> registration,
    Duration settle) {
  /** Where it is in the configuration. */
  public static final String KEY = "devicePlugin";

  private static final int SETTLE_MILLIS = 200;
  private static final String RESOURCE_LIST = "resourceList";

  /** Throws CniException 7 naming key, value and what is allowed. */
  static Optional<DevicePluginSettings> read(ConfigObject config) {
    return config.object(KEY).map(DevicePluginSettings::of);
  }

  private static DevicePluginSettings of(ConfigObject section) {
    Optional<JsonNode> list = section.value(RESOURCE_LIST);
    Optional<Path> file = section.path("configFile");
    if (list.isPresent() && file.isPresent()) {
      throw section.impossible(RESOURCE_LIST, "\"configFile\" is there too");
    }
    return new DevicePluginSettings(
        file.orElse(Path.of(PoolListReader.USUAL_FILE)),
        list,
        prefix(section),
        section.bool("useCdi", false),
        section.oneOf("registration", modes()).flatMap(mode -> mode),
        Duration.ofMillis(section.integer("settleMillis", 10, 60_000).orElse(SETTLE_MILLIS)));
  }

  /** The same with another prefix. */
  public DevicePluginSettings withResourcePrefix(String prefix) {
    return new DevicePluginSettings(configFile, resourceList, prefix, useCdi, registration, settle);
  }

  /** Reads the pools, from wherever they are, as of now. */
  public PoolList pools(AgentPaths paths) {
    PoolListReader reader = new PoolListReader(resourcePrefix);
    return resourceList
        .map(list -> reader.read(list, "%s.%s".formatted(KEY, RESOURCE_LIST)))
        .orElseGet(() -> reader.read(FileContent.read(paths.onNode(configFile))));
  }

  private static String prefix(ConfigObject section) {
    String prefix = section.string("resourcePrefix").orElse(PoolListReader.USUAL_PREFIX);
    try {
      new PoolListReader(prefix);
    } catch (IllegalArgumentException e) {
      throw section.invalid("resourcePrefix", prefix, "a DNS subdomain such as intel.com");
    }
    return prefix;
  }

  private static Map<String, Optional<RegistrationMode>> modes() {
    Map<String, Optional<RegistrationMode>> modes =
        Arrays.stream(RegistrationMode.values())
            .collect(Collectors.toMap(RegistrationMode::word, Optional::of));
    modes.put("auto", Optional.empty());
    return modes;
  }
}
