package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of an attachment, by name and in the order in which it became known; never changed.
 * A full node has thousands of these, so they are kept small: two arrays instead of a map, and of
 * objects and arrays the text instead of the tree, which takes several times as much
 * (docs/performance.md). Numbers and strings, which are asked for most, are ready as they are.
 */
final class Facts {
  static final Facts NONE = new Facts(new String[0], new JsonNode[0]);

  private final String[] names;

  /** The text of an object or array is a binary node, which JSON itself has not. */
  private final JsonNode[] values;

  private Facts(String[] names, JsonNode[] values) {
    this.names = names;
    this.values = values;
  }

  static Facts of(ObjectNode json) {
    String[] names = new String[json.size()];
    JsonNode[] values = new JsonNode[json.size()];
    int at = 0;
    for (var field : json.properties()) {
      names[at] = field.getKey();
      values[at++] = packed(field.getValue());
    }
    return new Facts(names, values);
  }

  /** These and one more, or another value of one. */
  Facts with(String name, JsonNode value) {
    int at = indexOf(name);
    boolean isNew = at == names.length;
    String[] moreNames = isNew ? Arrays.copyOf(names, at + 1) : names;
    JsonNode[] moreValues = Arrays.copyOf(values, moreNames.length);
    moreNames[at] = name;
    moreValues[at] = packed(value);
    return new Facts(moreNames, moreValues);
  }

  /** The caller's own. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < names.length; i++) {
      json.set(names[i], unpacked(values[i]));
    }
    return json;
  }

  /** The caller's own. */
  Optional<JsonNode> value(String name) {
    int at = indexOf(name);
    return at == names.length ? Optional.empty() : Optional.of(unpacked(values[at]));
  }

  /** Its place, or the number of all facts. */
  private int indexOf(String name) {
    int at = 0;
    while (at < names.length && !names[at].equals(name)) {
      at++;
    }
    return at;
  }

  private static JsonNode packed(JsonNode value) {
    return value.isContainerNode() ? BinaryNode.valueOf(EntryJson.bytes(value)) : value;
  }

  private static JsonNode unpacked(JsonNode value) {
    return value instanceof BinaryNode text ? EntryJson.tree(text.binaryValue()) : value;
  }
}
