package io.myriapod.agent.inspection;

import io.myriapod.cni.error.CniException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A finding whose place in a file is not known yet.
 *
 * @param details what to do; may be empty
 * @param keys paths of keys that it may be about, the likeliest first: {@code ipam.ranges[0]}
 * @param cause the error that it was made of
 */
public record Remark(
    Severity severity,
    String message,
    String details,
    List<String> keys,
    Optional<CniException> cause) {
  private static final Pattern QUOTED = Pattern.compile("\"([^\"\\s]{1,200})\"");
  private static final Pattern PLACE = Pattern.compile(" \\(line \\d+, column \\d+\\)$");

  /** Copies the list. */
  public Remark {
    keys = List.copyOf(keys);
  }

  static Remark warning(String message, String details, String... keys) {
    return new Remark(Severity.WARNING, message, details, List.of(keys), Optional.empty());
  }

  /** An error as an ADD would say it; its message quotes the keys that it is about. */
  static Remark of(CniException error) {
    List<String> keys = quoted(error.getMessage());
    Matcher place = PLACE.matcher(error.getMessage());
    return new Remark(
        Severity.ERROR, place.replaceFirst(""), error.details(), keys, Optional.of(error));
  }

  /** What stands in quotes and can be a key. */
  static List<String> quoted(String message) {
    return QUOTED.matcher(message).results().map(found -> found.group(1)).toList();
  }

  /** The same as an error. */
  Remark asError() {
    return new Remark(Severity.ERROR, message, details, keys, cause);
  }

  /** The same of a part of a configuration, whose keys lie below that path. */
  Remark below(String path) {
    List<String> lower = keys.stream().map(key -> path + "." + key).toList();
    return new Remark(severity, message, details, lower.isEmpty() ? List.of(path) : lower, cause);
  }
}
