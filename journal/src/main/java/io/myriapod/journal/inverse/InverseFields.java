package io.myriapod.journal.inverse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the fields of an inverse's data; says which one is missing. */
record InverseFields(String kind, ObjectNode data) {
  static InverseFields of(Inverse inverse, String kind) {
    if (!inverse.kind().equals(kind)) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\": want \"%s\"".formatted(inverse.kind(), kind));
    }
    return new InverseFields(kind, inverse.data());
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(data.get(name)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  String text(String name) {
    return optional(name).orElseThrow(() -> missing(name));
  }

  int number(String name) {
    return Optional.ofNullable(data.get(name))
        .filter(JsonNode::canConvertToInt)
        .map(JsonNode::intValue)
        .orElseThrow(() -> missing(name));
  }

  Map<String, String> map(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    data.path(name).properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    return map;
  }

  List<String> list(String name) {
    List<String> list = new ArrayList<>();
    data.path(name).forEach(element -> list.add(element.asText()));
    return list;
  }

  private IllegalArgumentException missing(String name) {
    return new IllegalArgumentException(
        "inverse of kind \"%s\": field \"%s\" is absent or of another type".formatted(kind, name));
  }
}
