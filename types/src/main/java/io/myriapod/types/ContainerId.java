package io.myriapod.types;

import java.util.regex.Pattern;

/**
 * A container (sandbox) id as a runtime gives it in {@code CNI_CONTAINERID}. CNI SPEC 1.1.0,
 * "Parameters": starts alphanumeric, then letters, digits, {@code _ . -}. At most 253 bytes, so
 * that it can be a file name.
 */
public record ContainerId(String value) implements Comparable<ContainerId> {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,252}");

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  public ContainerId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "container id %s: want a letter or digit, then letters, digits, \"_\", \".\", \"-\", at most 253 in all"
              .formatted(Quoted.shortened(value)));
    }
  }

  @Override
  public int compareTo(ContainerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
