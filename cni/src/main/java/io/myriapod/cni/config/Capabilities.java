package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The {@code capabilities} of a plugin: name and whether it is supported. */
final class Capabilities {
  private static final int MAX = 64;

  private Capabilities() {}

  static Set<String> of(NetworkConfig config) {
    Optional<ConfigObject> object = config.root().object("capabilities");
    Set<String> names = new LinkedHashSet<>();
    object.ifPresent(capabilities -> collect(capabilities, names));
    return names;
  }

  private static void collect(ConfigObject capabilities, Set<String> names) {
    for (var entry : capabilities.json().properties()) {
      JsonNode supported = entry.getValue();
      if (!supported.isBoolean() && !supported.isNull()) {
        throw capabilities.invalid(entry.getKey(), supported.asText(), "true or false");
      }
      if (supported.asBoolean()) {
        names.add(entry.getKey());
      }
    }
    if (names.size() > MAX) {
      throw capabilities.invalid("", names.size() + " names", "at most " + MAX);
    }
  }
}
