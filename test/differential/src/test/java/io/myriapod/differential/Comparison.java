package io.myriapod.differential;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.differential.kernel.Masks;
import io.myriapod.differential.side.Trial;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What two sides made of the same calls, path by path. A path begins with the verb that answered,
 * {@code result}, {@code node} or {@code pod}, or {@code left} before one of the last two for what
 * is still there afterwards.
 */
final class Comparison {
  /** What one side has where the other has something. */
  static final String NOTHING = "(nothing)";

  /** Theirs and ours. */
  record Pair(String theirs, String ours) {
    @Override
    public String toString() {
      return "they %s, we %s".formatted(theirs, ours);
    }
  }

  private final Map<String, String> theirs;
  private final Map<String, String> ours;

  Comparison(Trial theirs, Trial ours) {
    var known = Masks.known(theirs.pictures(), ours.pictures());
    this.theirs = facts(theirs, new Masks(theirs.pictures(), known));
    this.ours = facts(ours, new Masks(ours.pictures(), known));
  }

  private static Map<String, String> facts(Trial trial, Masks masks) {
    Map<String, String> facts = new TreeMap<>();
    trial.answers().forEach((verb, answer) -> facts.put(verb, answer));
    facts.keySet().removeIf(path -> path.endsWith(" said"));
    trial.result().ifPresent(result -> flatten("result ", result, facts));
    facts.putAll(trial.changed());
    trial.left().forEach((path, value) -> left(path, value, facts));
    Map<String, String> masked = masks.of(facts);
    masked.replaceAll((path, value) -> value.replace(trial.sandbox(), "<pod>"));
    return masked;
  }

  /** The kernel tells of carriers late, and of a bridge without ports a second later. */
  private static void left(String path, String value, Map<String, String> facts) {
    if (!path.endsWith(" operstate") && !path.contains("/last_reserved_ip.")) {
      facts.put("left " + path, value);
    }
  }

  private static void flatten(String path, JsonNode value, Map<String, String> facts) {
    String dot = path.endsWith(" ") ? "" : ".";
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> flatten(path + dot + field.getKey(), field.getValue(), facts));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        flatten(path + dot + i, value.get(i), facts);
      }
    } else {
      facts.put(path, value.asText());
    }
  }

  /** Where they differ. */
  Map<String, Pair> differences() {
    Map<String, Pair> differences = new TreeMap<>();
    TreeSet<String> paths = new TreeSet<>(theirs.keySet());
    paths.addAll(ours.keySet());
    for (String path : paths) {
      if (!Objects.equals(theirs.get(path), ours.get(path))) {
        differences.put(
            path, new Pair(theirs.getOrDefault(path, NOTHING), ours.getOrDefault(path, NOTHING)));
      }
    }
    return differences;
  }

  /** What both leave behind, path and value. */
  Map<String, String> leftByBoth() {
    Map<String, String> left = new TreeMap<>(ours);
    left.keySet().removeIf(path -> !path.startsWith("left "));
    left.entrySet().removeIf(entry -> !entry.getValue().equals(theirs.get(entry.getKey())));
    return left;
  }
}
