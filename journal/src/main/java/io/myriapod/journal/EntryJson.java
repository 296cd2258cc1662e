package io.myriapod.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries and whole records as JSON. Strings and numbers come back exactly as they went in. */
final class EntryJson {
  /** Escapes beyond ASCII, so that even half a surrogate pair survives. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
  }

  private EntryJson() {}

  static byte[] write(Entry entry) {
    return bytes(entry.json());
  }

  /** A whole record, as it stands in a snapshot. */
  static byte[] write(AttachmentRecord record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("record", record.sequence());
    putOrigin(json, record.origin());
    json.put("phase", record.phase().name());
    json.set("facts", record.facts());
    ArrayNode steps = json.putArray("steps");
    for (RecordedStep step : record.steps()) {
      ObjectNode one = steps.addObject();
      one.put("step", step.sequence());
      one.put("kind", step.inverse().kind());
      one.put("class", step.inverse().undoClass().name());
      one.set("data", step.inverse().data());
      step.failure().ifPresent(reason -> one.put("failure", reason));
    }
    return bytes(json);
  }

  /** A device's record, as it stands in a snapshot. */
  static byte[] write(DeviceRecord record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putDevice(json, record);
    return bytes(json);
  }

  static void putDevice(ObjectNode json, DeviceRecord record) {
    json.put("device", record.device().value()).put("boot", record.bootId());
    json.set("facts", record.facts());
    record
        .pending()
        .ifPresent(
            inverse ->
                json.putObject("pending")
                    .put("kind", inverse.kind())
                    .put("class", inverse.undoClass().name())
                    .set("data", inverse.data()));
    record.failure().ifPresent(reason -> json.put("failure", reason));
  }

  private static DeviceRecord device(JsonNode json) {
    return new DeviceRecord(
        new PciAddress(text(json, "device")),
        text(json, "boot"),
        object(json, "facts"),
        Optional.ofNullable(json.get("pending")).map(EntryJson::inverse),
        Optional.ofNullable(json.get("failure")).map(JsonNode::asText));
  }

  /**
   * Reads a record of a snapshot into the table.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  static void readInto(RecordTable table, byte[] bytes) {
    JsonNode json = tree(bytes);
    if (json.has("device")) {
      table.put(device(json));
    } else {
      table.put(record(json));
    }
  }

  /**
   * Reads an entry.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  static Entry readEntry(byte[] bytes) {
    JsonNode json = tree(bytes);
    String operation = text(json, "op");
    return switch (operation) {
      case "begin" -> new Entry.Begin(origin(json), object(json, "facts"));
      case "will" -> new Entry.Will(number(json, "record"), origin(json), inverse(json));
      case "refine" ->
          new Entry.Refine(number(json, "record"), number(json, "step"), object(json, "data"));
      case "fact" ->
          new Entry.Fact(number(json, "record"), text(json, "name"), required(json, "value"));
      case "phase" ->
          new Entry.Phase(number(json, "record"), RecordPhase.valueOf(text(json, "phase")));
      case "undone" -> new Entry.Undone(number(json, "record"), numbers(json, "steps"));
      case "failed" -> new Entry.Failed(number(json, "record"), reasons(json));
      case "end" -> new Entry.End(number(json, "record"));
      case "device" -> new Entry.Device(device(json));
      case "deviceGone" -> new Entry.DeviceGone(new PciAddress(text(json, "device")));
      default ->
          throw new IllegalArgumentException("operation \"%s\": unknown".formatted(operation));
    };
  }

  private static AttachmentRecord record(JsonNode json) {
    List<RecordedStep> steps = new ArrayList<>();
    for (JsonNode step : required(json, "steps")) {
      Optional<String> failure = Optional.ofNullable(step.get("failure")).map(JsonNode::asText);
      steps.add(new RecordedStep(number(step, "step"), inverse(step), failure));
    }
    return new AttachmentRecord(
        number(json, "record"),
        origin(json),
        RecordPhase.valueOf(text(json, "phase")),
        Facts.of(object(json, "facts")),
        steps);
  }

  static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("write journal entry: " + e.getOriginalMessage(), e);
    }
  }

  static JsonNode tree(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("read journal entry: no JSON", e);
    }
  }

  /** Into an entry or a record; {@code part} only where it is one. */
  static void putOrigin(ObjectNode json, RecordOrigin origin) {
    json.put("container", origin.key().container().value());
    json.put("interface", origin.key().interfaceName().value());
    origin.part().ifPresent(part -> json.put("part", part));
    json.put("boot", origin.bootId());
  }

  private static RecordOrigin origin(JsonNode json) {
    AttachmentKey key =
        new AttachmentKey(
            new ContainerId(text(json, "container")), new InterfaceName(text(json, "interface")));
    return new RecordOrigin(
        key, Optional.ofNullable(json.get("part")).map(JsonNode::asText), text(json, "boot"));
  }

  private static Inverse inverse(JsonNode json) {
    return new Inverse(
        text(json, "kind"), UndoClass.valueOf(text(json, "class")), object(json, "data"));
  }

  private static Map<Long, String> reasons(JsonNode json) {
    Map<Long, String> reasons = new LinkedHashMap<>();
    object(json, "reasons")
        .properties()
        .forEach(field -> reasons.put(Long.valueOf(field.getKey()), field.getValue().asText()));
    return reasons;
  }

  private static List<Long> numbers(JsonNode json, String name) {
    List<Long> numbers = new ArrayList<>();
    required(json, name).forEach(number -> numbers.add(number.longValue()));
    return numbers;
  }

  private static ObjectNode object(JsonNode json, String name) {
    if (required(json, name) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("field \"%s\": no object".formatted(name));
  }

  private static String text(JsonNode json, String name) {
    return required(json, name).asText();
  }

  private static long number(JsonNode json, String name) {
    return required(json, name).longValue();
  }

  private static JsonNode required(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("field \"%s\": absent".formatted(name));
    }
    return value;
  }
}
