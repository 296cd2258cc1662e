package io.myriapod.base.bandwidth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.base.undo.NamespaceUndo.Site;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.Link;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * A queueing discipline was put where there was none but the kernel's default: remove it, if it is
 * still ours. Kind {@code qdisc}: {@code {"version":1, "netns", "namespaceId", "link", "index",
 * "mac", "place"}}; without {@code netns} in the node's namespace.
 *
 * @param mac empty for a link without one
 */
record AddedQdisc(
    Optional<String> netns,
    String namespaceId,
    String link,
    int index,
    Optional<MacAddress> mac,
    Place place) {
  static final String KIND = "qdisc";
  private static final int VERSION = 1;

  /** Where a discipline stands. */
  enum Place {
    /** What the link sends by. */
    ROOT,
    /** What it receives by. */
    INGRESS
  }

  static AddedQdisc planned(ShapingPoint point, Place place) {
    return new AddedQdisc(
        point.netns().map(Object::toString),
        point.namespace().id(),
        point.link().name(),
        point.link().index(),
        point.link().mac(),
        place);
  }

  Site site() {
    return new Site(netns, namespaceId);
  }

  Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    netns.ifPresent(path -> data.put("netns", path));
    data.put("namespaceId", namespaceId).put("link", link).put("index", index);
    mac.ifPresent(address -> data.put("mac", address.toString()));
    data.put("place", place.name());
    return new Inverse(KIND, UndoClass.SETTING, data);
  }

  /** Throws {@link IllegalArgumentException} for a version that this program does not know. */
  static AddedQdisc from(Inverse inverse) {
    JsonNode data = inverse.data();
    int version = data.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\" has version %d: want %d".formatted(KIND, version, VERSION));
    }
    return new AddedQdisc(
        text(data, "netns"),
        data.path("namespaceId").asText(),
        data.path("link").asText(),
        data.path("index").asInt(),
        text(data, "mac").map(MacAddress::parse),
        Place.valueOf(data.path("place").asText()));
  }

  private static Optional<String> text(JsonNode data, String field) {
    return Optional.ofNullable(data.get(field)).map(JsonNode::asText);
  }

  /** A pod may have renamed the link or given it another MAC, not both. */
  boolean isOf(Link found) {
    boolean sameMac = mac.isPresent() && found.mac().equals(mac);
    return found.index() == index && (sameMac || found.isNamed(link));
  }
}
