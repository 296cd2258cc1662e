package io.myriapod.types;

import java.nio.charset.StandardCharsets;

/**
 * The name of a network interface: 1 to 15 bytes, no {@code /}, {@code :}, {@code %} or white
 * space, not {@code .} or {@code ..}. dev_valid_name in the kernel's net/core/dev.c; CNI SPEC
 * 1.1.0, {@code CNI_IFNAME}.
 */
public record InterfaceName(String value) implements Comparable<InterfaceName> {
  /** IFNAMSIZ less its final zero byte. linux/if.h */
  public static final int MAX_BYTES = 15;

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  public InterfaceName {
    String problem = problemOf(value);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(
          "interface name %s: %s".formatted(Quoted.shortened(value), problem));
    }
  }

  private static String problemOf(String value) {
    if (value.isEmpty()) {
      return "must not be empty";
    }
    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return "must have at most 15 bytes";
    }
    if (value.equals(".") || value.equals("..")) {
      return "must not be \".\" or \"..\"";
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      return "must be text that UTF-8 can write";
    }
    boolean bad =
        value
            .chars()
            .anyMatch(
                c -> c == '/' || c == ':' || c <= ' ' || c == 0x7f || Character.isWhitespace(c));
    if (bad) {
      return "must not have \"/\", \":\", white space or control characters";
    }
    // the kernel takes it for a template: asked for "net%d" it makes "net0" (dev_alloc_name)
    return value.indexOf('%') < 0 ? "" : "must not have \"%\"";
  }

  @Override
  public int compareTo(InterfaceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
