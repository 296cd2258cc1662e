package io.myriapod.differential.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A difference that docs/differences.md lists, and where it shows.
 *
 * @param at patterns of paths, {@code *} for anything
 * @param theirs pattern of what the reference has; empty: whatever
 * @param ours pattern of what we have; empty: whatever
 * @param versions of the specification in which it occurs; empty: all
 */
public record Difference(
    String id,
    List<String> at,
    Optional<String> theirs,
    Optional<String> ours,
    List<String> versions) {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  /** Copies its lists. */
  public Difference {
    at = List.copyOf(at);
    versions = List.copyOf(versions);
  }

  /** Whether it can occur in that version. */
  public boolean isOf(String version) {
    return versions.isEmpty() || versions.contains(version);
  }

  /** Whether this is one. */
  public boolean explains(String path, String theyHave, String weHave) {
    return at.stream().anyMatch(pattern -> matches(pattern, path))
        && theirs.map(pattern -> matches(pattern, theyHave)).orElse(true)
        && ours.map(pattern -> matches(pattern, weHave)).orElse(true);
  }

  private static boolean matches(String pattern, String text) {
    return PATTERNS.computeIfAbsent(pattern, Difference::compiled).matcher(text).matches();
  }

  private static Pattern compiled(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
