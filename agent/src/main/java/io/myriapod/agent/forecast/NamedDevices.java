package io.myriapod.agent.forecast;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices that the configuration of a plugin names, by whatever key. */
public final class NamedDevices {
  private NamedDevices() {}

  /** All of them: which key an executable heeds only it knows. Throws CniException 7. */
  public static Set<DeviceId> in(PluginRequest request) {
    ConfigObject root = request.config().root();
    return Stream.of(
            request.config().runtimeConfig().value("deviceID"),
            root.value("deviceID"),
            root.value("pciBusID"))
        .flatMap(Optional::stream)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isEmpty())
        .map(NamedDevices::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static DeviceId id(String text) {
    return DeviceId.of(text)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "device %s: want a PCI address, or another id without \"/\""
                        .formatted(Quoted.shortened(text)),
                    "correct \"deviceID\" or \"pciBusID\" in the network configuration"));
  }
}
