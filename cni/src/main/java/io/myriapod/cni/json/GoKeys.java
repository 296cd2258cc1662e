package io.myriapod.cni.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Finds keys as Go's encoding/json does for the reference plugins: case does not matter, {@code
 * null} is the same as absent. Of several spellings of one key the last counts.
 */
public final class GoKeys {
  private GoKeys() {}

  /** The value under the key; never JSON {@code null}. */
  public static Optional<JsonNode> find(ObjectNode object, String key) {
    return nameOf(object, key).map(object::get).filter(value -> !value.isNull());
  }

  /** The key as it is written in the object. */
  public static Optional<String> nameOf(ObjectNode object, String key) {
    return variants(object, key).stream().reduce((first, last) -> last);
  }

  /** Every key of the object that equals the given one but for case; in their order. */
  public static List<String> variants(ObjectNode object, String key) {
    return StreamSupport.stream(object.properties().spliterator(), false)
        .map(Map.Entry::getKey)
        .filter(key::equalsIgnoreCase)
        .toList();
  }

  /** Removes the key in every spelling. */
  public static void remove(ObjectNode object, String key) {
    object.remove(variants(object, key));
  }
}
