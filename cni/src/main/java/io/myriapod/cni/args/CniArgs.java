package io.myriapod.cni.args;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The {@code CNI_ARGS} of a call: {@code KEY=VALUE;KEY2=VALUE2}, in their order; keys are
 * case-sensitive, of a key that comes twice the last value wins. CNI SPEC 1.1.0, "Parameters".
 */
public final class CniArgs {
  /** Bytes that fit into one environment variable: MAX_ARG_STRLEN of linux/binfmts.h, less room. */
  private static final int MAX_LENGTH = 128 * 1024 - 64;

  private static final String IGNORE_UNKNOWN = "IgnoreUnknown";
  private static final CniArgs EMPTY = new CniArgs(Map.of());

  private final Map<String, String> values;

  private CniArgs(Map<String, String> values) {
    this.values = values;
  }

  /** No arguments. */
  public static CniArgs empty() {
    return EMPTY;
  }

  /**
   * Reads the variable; empty text gives no arguments. Every pair must have exactly one {@code =}.
   *
   * @throws CniException 4 naming the bad pair
   */
  public static CniArgs parse(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    requireShort(text);
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : text.split(";", -1)) {
      String[] parts = pair.split("=", -1);
      if (parts.length != 2 || parts[0].isEmpty()) {
        throw bad("has the pair %s: want KEY=VALUE".formatted(Quoted.shortened(pair)));
      }
      values.put(parts[0], parts[1]);
    }
    CniArgs args = new CniArgs(values);
    args.ignoreUnknown(); // a bad value must be told now, not at its first use
    return args;
  }

  /** The value of the key, which may be empty. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /**
   * Whether {@code IgnoreUnknown} is 1 or true: a plugin must then accept keys it does not know.
   */
  public boolean ignoreUnknown() {
    String value = values.getOrDefault(IGNORE_UNKNOWN, "0").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default ->
          throw bad("has IgnoreUnknown=%s: want 1, 0, true or false".formatted(shown(value)));
    };
  }

  /** All pairs in their order; unmodifiable. */
  public Map<String, String> asMap() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * The same arguments with this one set, in its old place if it was there.
   *
   * @throws CniException 4 if key or value has a {@code ;} or {@code =}
   */
  public CniArgs with(String key, String value) {
    if (key.isEmpty() || (key + value).chars().anyMatch(c -> c == ';' || c == '=' || c < ' ')) {
      throw bad(
          "cannot hold %s=%s: want neither \";\" nor \"=\" in key or value"
              .formatted(shown(key), shown(value)));
    }
    Map<String, String> copy = new LinkedHashMap<>(values);
    copy.put(key, value);
    CniArgs args = new CniArgs(copy);
    requireShort(args.encode());
    return args;
  }

  /** The variable's text; {@link #parse} reads it back. */
  public String encode() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(";"));
  }

  /** A code 4 for a value that is not of the form that its key wants. */
  public static CniException invalid(String key, String value, String wanted) {
    return bad("has %s=%s: want %s".formatted(key, shown(value), wanted));
  }

  private static void requireShort(String text) {
    if (text.length() > MAX_LENGTH) {
      throw bad("has %d characters: at most %d are read".formatted(text.length(), MAX_LENGTH));
    }
  }

  private static String shown(String text) {
    return Quoted.shortened(text);
  }

  private static CniException bad(String finding) {
    return new CniException(
        ErrorCode.BAD_ENVIRONMENT,
        "CNI_ARGS " + finding,
        "CNI_ARGS are set by the container runtime or by the cni-args of a pod's annotation");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CniArgs args && values.equals(args.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return encode();
  }
}
