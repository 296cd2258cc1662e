package io.myriapod.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.Quoted;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The list of living attachments in a GC's configuration. CNI SPEC 1.1.0, "GC". Besides the key of
 * the specification there is the one that libcni 1.2 wrote (containernetworking/cni#1101).
 */
public final class ValidAttachments {
  private static final String KEY = "cni.dev/valid-attachments";
  private static final String LEGACY_KEY = "cni.dev/attachments";
  private static final int MAX = 100_000;

  private ValidAttachments() {}

  /**
   * Reads the list; {@code null} in its place is an empty one, as Go writes it.
   *
   * @throws CniException 7 if the key is missing (to take that for "none lives" would free all), or
   *     if an element is wrong
   */
  public static Set<Attachment> of(NetworkConfig config) {
    var node = config.json();
    String key = node.has(KEY) ? KEY : LEGACY_KEY;
    if (!node.has(key)) {
      throw config.root().missing(KEY, "the list of living attachments");
    }
    JsonNode list = node.get(key);
    if (!list.isArray() && !list.isNull() || list.size() > MAX) {
      throw config.root().invalid(key, Json.shown(list), "a list of at most " + MAX);
    }
    Set<Attachment> valid = new LinkedHashSet<>();
    for (JsonNode element : list) {
      valid.add(attachment(element, config.root(), key));
    }
    return valid;
  }

  private static Attachment attachment(JsonNode element, ConfigObject root, String key) {
    String container = element.path("containerID").asText("");
    String interfaceName = element.path("ifname").asText("");
    try {
      return new Attachment(new ContainerId(container), new InterfaceName(interfaceName));
    } catch (IllegalArgumentException e) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "%s: \"%s\" has an element %s: %s"
              .formatted(root.where(), key, Quoted.shortened(element.toString()), e.getMessage()),
          "the container runtime that called GC is at fault",
          e);
    }
  }

  /** The configuration without any such list. */
  public static NetworkConfig outOf(NetworkConfig config) {
    return config.without(KEY).without(LEGACY_KEY);
  }

  /** The configuration with this list under both keys. */
  public static NetworkConfig into(NetworkConfig config, Set<Attachment> valid) {
    ArrayNode list = Json.object().arrayNode();
    valid.stream()
        .sorted(
            Comparator.comparing(Attachment::container).thenComparing(Attachment::interfaceName))
        .forEach(
            each ->
                list.addObject()
                    .put("containerID", each.container().value())
                    .put("ifname", each.interfaceName().value()));
    return config.with(KEY, list).with(LEGACY_KEY, list.deepCopy());
  }
}
