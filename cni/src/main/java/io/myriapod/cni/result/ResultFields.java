package io.myriapod.cni.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the fields of one object in a result; every error is a code 6 that names the place. */
record ResultFields(ObjectNode object, String where) {
  private static final int MAX_ELEMENTS = 4096;

  Optional<String> string(String key) {
    return GoKeys.find(object, key)
        .map(value -> require(value.isTextual(), key, value, "a string").textValue())
        .filter(text -> !text.isEmpty());
  }

  /** 0 counts as absent, as with Go's omitempty. */
  Optional<Integer> positive(String key) {
    return integer(key).filter(value -> value != 0);
  }

  Optional<Integer> integer(String key) {
    return GoKeys.find(object, key)
        .map(
            value ->
                require(
                        value.isIntegralNumber()
                            && value.canConvertToInt()
                            && value.intValue() >= 0,
                        key,
                        value,
                        "0 to 2147483647")
                    .intValue());
  }

  IpPrefix prefix(String key) {
    return string(key)
        .map(text -> parsed(key, text, IpPrefix::parse))
        .orElseThrow(() -> bad("%s has no \"%s\"".formatted(where, key)));
  }

  Optional<InetAddress> address(String key) {
    return string(key).map(text -> parsed(key, text, IpAddresses::parse));
  }

  List<String> strings(String key) {
    return elements(key).stream()
        .map(value -> require(value.isTextual(), key, value, "strings").textValue())
        .toList();
  }

  Optional<ResultFields> object(String key) {
    return GoKeys.find(object, key).map(value -> child(value, key));
  }

  List<ResultFields> objects(String key) {
    List<ResultFields> children = new ArrayList<>();
    for (JsonNode value : elements(key)) {
      children.add(child(value, "%s[%d]".formatted(key, children.size())));
    }
    return children;
  }

  Dns dns() {
    return object("dns")
        .map(
            dns ->
                new Dns(
                    dns.strings("nameservers"),
                    dns.string("domain").orElse(""),
                    dns.strings("search"),
                    dns.strings("options")))
        .orElse(Dns.empty());
  }

  private List<JsonNode> elements(String key) {
    Optional<JsonNode> list = GoKeys.find(object, key);
    list.ifPresent(value -> require(value.isArray(), key, value, "a list"));
    list.ifPresent(
        value ->
            require(
                value.size() <= MAX_ELEMENTS, key, value, "at most %d".formatted(MAX_ELEMENTS)));
    List<JsonNode> elements = new ArrayList<>();
    list.ifPresent(value -> value.forEach(elements::add));
    return elements;
  }

  private ResultFields child(JsonNode value, String key) {
    require(value.isObject(), key, value, "an object");
    return new ResultFields((ObjectNode) value, where + ", " + key);
  }

  private JsonNode require(boolean right, String key, JsonNode value, String wanted) {
    if (right) {
      return value;
    }
    throw bad("%s: \"%s\" is %s: want %s".formatted(where, key, Json.shown(value), wanted));
  }

  private <T> T parsed(String key, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw bad("%s: \"%s\" is no such value: %s".formatted(where, key, e.getMessage()));
    }
  }

  private static CniException bad(String message) {
    return new CniException(
        ErrorCode.DECODE, message, "the plugin that printed this result is at fault");
  }
}
