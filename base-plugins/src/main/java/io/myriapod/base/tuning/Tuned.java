package io.myriapod.base.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.base.undo.NamespaceUndo.Site;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.Link;
import io.myriapod.types.InterfaceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tuning changes and what was there before, as the journal keeps it. Kind {@code tuning}:
 * {@code {"version":1, "netns", "namespaceId", "name", "index", "linkKind", "link":{"former",
 * "set"}, "sysctl":{"former", "set"}}}; {@code former} has only what is to be put back.
 *
 * @param index 0 if there is no such link, and sysctls alone are set
 * @param linkKind empty for hardware
 */
record Tuned(
    String netns,
    String namespaceId,
    InterfaceName name,
    int index,
    String linkKind,
    LinkTuning formerLink,
    LinkTuning setLink,
    Map<String, String> formerSysctls,
    Map<String, String> setSysctls) {
  static final String KIND = "tuning";
  private static final int VERSION = 1;
  private static final String FORMER = "former";
  private static final String SET = "set";
  private static final String LINK = "link";
  private static final String SYSCTL = "sysctl";

  Site site() {
    return new Site(Optional.of(netns), namespaceId);
  }

  Inverse toInverse() {
    return new Inverse(KIND, UndoClass.SETTING, data());
  }

  /** The fields of {@link #toInverse()}. */
  private ObjectNode data() {
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", VERSION)
            .put("netns", netns)
            .put("namespaceId", namespaceId)
            .put("name", name.value())
            .put("index", index)
            .put("linkKind", linkKind);
    data.putObject(LINK).<ObjectNode>set(FORMER, formerLink.json()).set(SET, setLink.json());
    data.setAll(sysctls(setSysctls));
    return data;
  }

  /** For {@code Step.refine}: the kernel shows these values. */
  ObjectNode sysctls(Map<String, String> shown) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.putObject(SYSCTL).<ObjectNode>set(FORMER, texts(formerSysctls)).set(SET, texts(shown));
    return data;
  }

  private static ObjectNode texts(Map<String, String> values) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    values.forEach(json::put);
    return json;
  }

  /** Throws {@link IllegalArgumentException} for a version that this program does not know. */
  static Tuned from(Inverse inverse) {
    JsonNode data = inverse.data();
    int version = data.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\" has version %d: want %d".formatted(KIND, version, VERSION));
    }
    return new Tuned(
        data.path("netns").asText(),
        data.path("namespaceId").asText(),
        new InterfaceName(data.path("name").asText()),
        data.path("index").asInt(),
        data.path("linkKind").asText(),
        LinkTuning.of(data.path(LINK).path(FORMER)),
        LinkTuning.of(data.path(LINK).path(SET)),
        texts(data.path(SYSCTL).path(FORMER)),
        texts(data.path(SYSCTL).path(SET)));
  }

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> values = new LinkedHashMap<>();
    json.properties().forEach(field -> values.put(field.getKey(), field.getValue().asText()));
    return values;
  }

  /** All of a record, oldest first: a chain may have several tunings. */
  static List<Tuned> of(AttachmentRecord record) {
    return record.inverses().stream()
        .filter(inverse -> inverse.kind().equals(KIND))
        .map(Tuned::from)
        .toList();
  }

  boolean isOf(Link link) {
    return link.index() == index && link.kind().orElse("").equals(linkKind);
  }
}
