package io.myriapod.differential;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.differential.kernel.Masks;
import io.myriapod.differential.side.Trial;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What two sides made of the same calls, path by path. A path begins with the verb that answered,
 * {@code result}, {@code node} or {@code pod}, or {@code left} before one of the last two for what
 * is still there afterwards.
 */
final class Comparison {
  /** What one side has where the other has something. */
  static final String NOTHING = "(nothing)";

  private static final Pattern LINK = Pattern.compile("((?:left )?(?:node|pod) )link (\\S+)");

  /** Theirs and ours. */
  record Pair(String theirs, String ours) {
    boolean isOfOne() {
      return theirs.equals(NOTHING) || ours.equals(NOTHING);
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
    Map<String, String> facts = new HashMap<>(trial.answers());
    facts.putAll(trial.changed());
    trial.left().forEach((path, value) -> left(path, value, facts));
    Map<String, String> masked = masks.of(facts);
    masked.putAll(masks.shared());
    trial.result().ifPresent(result -> told(result, masks, masked));
    masked.replaceAll((path, value) -> value.replace(trial.sandbox(), "<pod>"));
    return masked;
  }

  /** The kernel tells of carriers late, and of a bridge without ports a second later. */
  private static void left(String path, String value, Map<String, String> facts) {
    if (!path.endsWith(" operstate") && !path.contains("/last_reserved_ip.")) {
      facts.put("left " + path, value);
    }
  }

  /** An interface's MAC is masked as that of the link which it names. */
  private static void told(JsonNode result, Masks masks, Map<String, String> masked) {
    Map<String, String> facts = new TreeMap<>();
    flatten("result ", result, facts);
    facts.forEach(
        (path, value) -> {
          String name = facts.getOrDefault(path.replaceFirst("[^.]*$", "name"), "");
          masked.put(path, masks.of(value, name));
        });
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

  /** Where they differ; a link, address or route that one side lacks counts once. */
  Map<String, Pair> differences() {
    Map<String, Pair> differences = new TreeMap<>();
    Set<String> paths = new HashSet<>(theirs.keySet());
    paths.addAll(ours.keySet());
    for (String path : paths) {
      if (!Objects.equals(theirs.get(path), ours.get(path))) {
        differences.put(
            path, new Pair(theirs.getOrDefault(path, NOTHING), ours.getOrDefault(path, NOTHING)));
      }
    }
    for (String path : List.copyOf(differences.keySet())) {
      if (differences.containsKey(path) && differences.get(path).isOfOne()) {
        differences.keySet().removeIf(other -> isPartOf(path, other));
      }
    }
    return differences;
  }

  private static boolean isPartOf(String whole, String path) {
    Matcher link = LINK.matcher(whole);
    if (!link.matches()) {
      return path.startsWith(whole + " ");
    }
    return path.startsWith(link.group(1))
        && !path.equals(whole)
        && List.of(path.split("[ /]")).contains(link.group(2));
  }

  /** What both leave behind, path and value. */
  Map<String, String> leftByBoth() {
    Map<String, String> left = new TreeMap<>();
    ours.forEach(
        (path, value) -> {
          if (path.startsWith("left ") && value.equals(theirs.get(path))) {
            left.put(path, value);
          }
        });
    return left;
  }
}
