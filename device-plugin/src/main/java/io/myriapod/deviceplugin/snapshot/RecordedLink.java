package io.myriapod.deviceplugin.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import java.util.Optional;

/**
 * An interface of the node, and what the node did with it.
 *
 * @param use in words that follow its device's name
 */
public record RecordedLink(SeenLink link, Optional<String> use) {
  static RecordedLink of(SeenLink link, NodeView view) {
    return new RecordedLink(link, view.useOf(link));
  }

  /** Throws {@link IllegalArgumentException} if it has no name. */
  static RecordedLink of(JsonNode json) {
    String name = text(json, "name").orElse("");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a link has no name");
    }
    return new RecordedLink(
        new SeenLink(name, text(json, "parentDevice"), flag(json, "carrier")), text(json, "use"));
  }

  private static Optional<String> text(JsonNode json, String key) {
    return Optional.ofNullable(json.path(key).textValue());
  }

  private static Optional<Boolean> flag(JsonNode json, String key) {
    return Optional.of(json.path(key)).filter(JsonNode::isBoolean).map(JsonNode::booleanValue);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", link.name());
    link.parentDevice().ifPresent(device -> json.put("parentDevice", device));
    link.carrier().ifPresent(carrier -> json.put("carrier", carrier));
    use.ifPresent(words -> json.put("use", words));
    return json;
  }
}
