package io.myriapod.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.Link;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a physical function had before the number of its virtual ones was changed.
 *
 * @param link what its link was like; absent if it had none on the node
 * @param rules the file for udev that is written and was not there; absent if none is
 * @param functions its virtual ones
 */
record FormerNumber(
    int number,
    boolean autoprobe,
    Optional<FormerLink> link,
    Optional<String> rules,
    List<FormerFunction> functions) {
  static final String KIND = "numvfs";

  FormerNumber {
    functions = List.copyOf(functions);
  }

  /** A link before. */
  record FormerLink(String name, boolean up, int mtu) {
    static FormerLink of(Link link) {
      return new FormerLink(link.name(), link.isUp(), link.mtu());
    }

    private static FormerLink from(JsonNode json) {
      return new FormerLink(
          json.path("name").asText(), json.path("up").asBoolean(true), json.path("mtu").asInt());
    }
  }

  /**
   * A virtual function before.
   *
   * @param facts what the journal knew of it
   */
  record FormerFunction(PciAddress address, FormerDriver driver, ObjectNode facts) {
    private static FormerFunction from(JsonNode json) {
      return new FormerFunction(
          new PciAddress(json.path("address").asText()),
          FormerDriver.from(json),
          json.get("facts") instanceof ObjectNode facts
              ? facts
              : JsonNodeFactory.instance.objectNode());
    }

    private void putInto(ObjectNode json) {
      json.put("address", address.value());
      driver.putInto(json);
      json.set("facts", facts);
    }
  }

  static FormerNumber from(Inverse inverse) {
    ObjectNode data = inverse.data();
    List<FormerFunction> functions = new ArrayList<>();
    data.path("functions").forEach(one -> functions.add(FormerFunction.from(one)));
    return new FormerNumber(
        data.path("number").asInt(),
        data.path("autoprobe").asBoolean(true),
        Optional.ofNullable(data.get("link")).map(FormerLink::from),
        Optional.ofNullable(data.get("rules")).map(JsonNode::asText),
        functions);
  }

  Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("number", number).put("autoprobe", autoprobe);
    link.ifPresent(
        one ->
            data.putObject("link")
                .put("name", one.name())
                .put("up", one.up())
                .put("mtu", one.mtu()));
    rules.ifPresent(file -> data.put("rules", file));
    ArrayNode list = data.putArray("functions");
    functions.forEach(one -> one.putInto(list.addObject()));
    return new Inverse(KIND, UndoClass.DEVICE, data);
  }
}
