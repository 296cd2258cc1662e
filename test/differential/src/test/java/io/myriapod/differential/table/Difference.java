package io.myriapod.differential.table;

import java.util.List;
import java.util.Optional;
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
    String[] parts = pattern.split("\\*", -1);
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      regex.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }
}
