package io.myriapod.deviceplugin.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.types.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The variables by which a program in a container learns of its devices: those of the SR-IOV
 * network device plugin. A key that no shell can read, for a {@code -} in it, is given under a
 * legal name as well.
 */
final class Environment {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of key, value and what stands between and behind them. MAX_ARG_STRLEN, linux/binfmts.h */
  private static final int MOST_BYTES = 128 << 10;

  private Environment() {}

  static Map<String, String> of(
      ResourceName resource, SortedMap<DeviceId, List<Facet>> facetsByDevice) {
    String ids =
        facetsByDevice.keySet().stream().map(DeviceId::value).collect(Collectors.joining(","));
    String info = info(facetsByDevice).toString();
    Map<String, String> variables = new LinkedHashMap<>();
    resource.variables().forEach(key -> variables.put(key, ids));
    resource.informationVariables().forEach(key -> variables.put(key, info));
    variables.forEach((key, value) -> requireShort(key, value, facetsByDevice.firstKey()));
    return variables;
  }

  private static void requireShort(String key, String value, DeviceId first) {
    int bytes = key.length() + 1 + value.getBytes(StandardCharsets.UTF_8).length + 1;
    if (bytes > MOST_BYTES) {
      throw new GrantException(
          first,
          "variable %s would have %d bytes, and execve(2) takes %d"
              .formatted(key, bytes, MOST_BYTES),
          "request fewer devices, or shorten \"additionalInfo\" of the resource");
    }
  }

  private static ObjectNode info(SortedMap<DeviceId, List<Facet>> facetsByDevice) {
    ObjectNode info = JSON.createObjectNode();
    facetsByDevice.forEach(
        (id, facets) -> {
          ObjectNode device = info.putObject(id.value());
          facets.stream()
              .sorted(Comparator.comparing(Facet::name))
              .forEach(
                  facet -> {
                    ObjectNode side = device.putObject(facet.name());
                    facet.values().forEach(side::put);
                  });
        });
    return info;
  }
}
