package io.myriapod.cni.version;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The versions of the CNI specification, oldest first. */
public enum CniVersion {
  V0_1_0("0.1.0"),
  V0_2_0("0.2.0"),
  V0_3_0("0.3.0"),
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  /** The newest one. */
  public static final CniVersion NEWEST = V1_1_0;

  private static final Pattern FORM = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,4}){0,2}");

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  /**
   * The version of that text; an empty text is 0.1.0, as in libcni.
   *
   * @throws CniException 1 naming the text and what is supported
   */
  public static CniVersion parse(String text) {
    if (text.isEmpty()) {
      return V0_1_0;
    }
    return find(text)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INCOMPATIBLE_VERSION,
                    "cniVersion %s is not supported: want one of %s"
                        .formatted(Quoted.shortened(text), all()),
                    "set \"cniVersion\" in the network configuration to a supported version"));
  }

  /** The version of that text, if it is one that we know. */
  public static Optional<CniVersion> find(String text) {
    return Arrays.stream(values()).filter(version -> version.text.equals(text)).findFirst();
  }

  /** Whether the text has the form of a version, known or not: {@code MAJOR[.MINOR[.MICRO]]}. */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  /** All of them, for a message. */
  public static String all() {
    return Arrays.stream(values()).map(CniVersion::text).collect(Collectors.joining(", "));
  }

  /** As it stands in a configuration: {@code 1.1.0}. */
  public String text() {
    return text;
  }

  /** Whether it is that version or a newer one. */
  public boolean atLeast(CniVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
