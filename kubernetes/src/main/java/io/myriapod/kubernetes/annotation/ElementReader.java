package io.myriapod.kubernetes.annotation;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the keys of a JSON object as Go's encoding/json does: an exact match first, else one that
 * differs in case; {@code null} and, for texts, {@code ""} count as absent. Remembers what was
 * read.
 */
final class ElementReader {
  private static final String OWN_PREFIX = "io.myriapod.";
  private static final int MAX_LIST = 64;

  private final ObjectNode json;
  private final String where;
  private final List<String> findings;
  private final Set<String> read = new HashSet<>();

  ElementReader(ObjectNode json, String where) {
    this(json, where, new ArrayList<>());
  }

  private ElementReader(ObjectNode json, String where, List<String> findings) {
    this.json = json;
    this.where = where;
    this.findings = findings;
  }

  Optional<String> text(String key) {
    return find(key)
        .map(value -> requireKind(key, value, value.isTextual(), "a string").asText())
        .filter(text -> !text.isEmpty());
  }

  Optional<Long> number(String key, long min, long max) {
    return find(key)
        .map(value -> requireKind(key, value, value.canConvertToExactIntegral(), "a whole number"))
        .map(value -> requireRange(key, value, min, max));
  }

  Optional<ElementReader> object(String key) {
    return find(key)
        .map(value -> requireKind(key, value, value.isObject(), "an object"))
        .map(value -> new ElementReader((ObjectNode) value, where + ": " + key, findings));
  }

  List<ElementReader> objects(String key) {
    List<ElementReader> readers = new ArrayList<>();
    for (JsonNode item : list(key).orElse(List.of())) {
      requireKind(key, item, item.isObject(), "a list of objects");
      String itemWhere = "%s: %s %d".formatted(where, key, readers.size() + 1);
      readers.add(new ElementReader((ObjectNode) item, itemWhere, findings));
    }
    return readers;
  }

  /** The text, turned into what it stands for; the parser's complaint becomes the message. */
  <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return text(key).map(text -> require(key, () -> parser.apply(text)));
  }

  /** As {@link #parsed} for a list of texts; present but empty is told from absent. */
  <T> Optional<List<T>> parsedList(String key, Function<String, T> parser) {
    return list(key)
        .map(items -> items.stream().map(item -> parsedItem(key, item, parser)).toList());
  }

  private <T> T parsedItem(String key, JsonNode item, Function<String, T> parser) {
    requireKind(key, item, item.isTextual(), "a list of strings");
    return require(key, () -> parser.apply(item.asText()));
  }

  /** Runs a check; its {@link IllegalArgumentException} gets the place in front. */
  <T> T require(String key, Supplier<T> check) {
    try {
      return check.get();
    } catch (InvalidAnnotationException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw invalid(key, e.getMessage());
    }
  }

  InvalidAnnotationException invalid(String key, String problem) {
    return new InvalidAnnotationException("%s: \"%s\" %s".formatted(where, key, problem));
  }

  void note(String key, String problem) {
    findings.add("%s: \"%s\" %s".formatted(where, key, problem));
  }

  /**
   * Notes every key that nobody asked for. One with a period is another implementation's, unless it
   * begins as ours do: NPWG 1.3, section 4.1.2.1.
   */
  void noteUnread() {
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      String key = property.getKey();
      boolean ofOthers = key.indexOf('.') >= 0 && !key.toLowerCase(ROOT).startsWith(OWN_PREFIX);
      if (!read.contains(key) && !ofOthers) {
        findings.add("%s: key %s has no effect".formatted(where, Quoted.shortened(key)));
      }
    }
  }

  List<String> findings() {
    return findings;
  }

  ObjectNode json() {
    return json;
  }

  private Optional<List<JsonNode>> list(String key) {
    Optional<JsonNode> found = find(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JsonNode value = requireKind(key, found.get(), found.get().isArray(), "a list");
    if (value.size() > MAX_LIST) {
      throw invalid(key, "has %d elements: want at most %d".formatted(value.size(), MAX_LIST));
    }
    List<JsonNode> items = new ArrayList<>();
    value.forEach(items::add);
    return Optional.of(items);
  }

  private Optional<JsonNode> find(String key) {
    JsonNode exact = json.get(key);
    read.add(key);
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      if (property.getKey().equalsIgnoreCase(key)) {
        read.add(property.getKey());
        exact = exact == null ? property.getValue() : exact;
      }
    }
    return Optional.ofNullable(exact).filter(value -> !value.isNull());
  }

  private JsonNode requireKind(String key, JsonNode value, boolean right, String wanted) {
    if (!right) {
      throw invalid(key, "is %s: want %s".formatted(Quoted.shortened(value.toString()), wanted));
    }
    return value;
  }

  private long requireRange(String key, JsonNode value, long min, long max) {
    if (!value.canConvertToLong() || value.asLong() < min || value.asLong() > max) {
      throw invalid(
          key, "is %s: want %d to %d".formatted(Quoted.shortened(value.toString()), min, max));
    }
    return value.asLong();
  }
}
