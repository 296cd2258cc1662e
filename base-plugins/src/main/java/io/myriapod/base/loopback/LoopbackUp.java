package io.myriapod.base.loopback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.base.undo.NamespaceUndo.Site;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import java.util.Optional;

/**
 * A pod's {@code lo} was down and was set up. Kind {@code loopback-up}, {@code {"version":1,
 * "netns", "namespaceId"}}.
 */
record LoopbackUp(String netns, String namespaceId) {
  static final String KIND = "loopback-up";
  private static final int VERSION = 1;

  Site site() {
    return new Site(Optional.of(netns), namespaceId);
  }

  Inverse toInverse() {
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", VERSION)
            .put("netns", netns)
            .put("namespaceId", namespaceId);
    return new Inverse(KIND, UndoClass.SETTING, data);
  }

  /** Throws {@link IllegalArgumentException} for a version that this program does not know. */
  static LoopbackUp from(Inverse inverse) {
    ObjectNode data = inverse.data();
    int version = data.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\" has version %d: want %d".formatted(KIND, version, VERSION));
    }
    return new LoopbackUp(data.path("netns").asText(), data.path("namespaceId").asText());
  }
}
