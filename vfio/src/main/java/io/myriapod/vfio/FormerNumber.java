package io.myriapod.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.pci.Sriov;
import java.util.Optional;

/**
 * What a physical function had before the number of its virtual ones was changed.
 *
 * @param link what its link was like; absent if it had none on the node
 * @param rules the file for udev that is written and was not there; absent if none is
 */
record FormerNumber(
    int number, boolean autoprobe, Optional<FormerLink> link, Optional<String> rules) {
  static final String KIND = "numvfs";

  /** A link before. */
  record FormerLink(String name, boolean up, int mtu) {}

  static FormerNumber of(Sriov sriov, Optional<Link> link, Optional<String> rules) {
    return new FormerNumber(
        sriov.number(),
        sriov.autoprobe(),
        link.map(one -> new FormerLink(one.name(), one.isUp(), one.mtu())),
        rules);
  }

  static FormerNumber from(Inverse inverse) {
    ObjectNode data = inverse.data();
    return new FormerNumber(
        data.path("number").asInt(),
        data.path("autoprobe").asBoolean(true),
        Optional.ofNullable(data.get("link"))
            .map(
                link ->
                    new FormerLink(
                        link.path("name").asText(),
                        link.path("up").asBoolean(true),
                        link.path("mtu").asInt())),
        Optional.ofNullable(data.get("rules")).map(JsonNode::asText));
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
    return new Inverse(KIND, UndoClass.DEVICE, data);
  }
}
