package io.myriapod.cni.config;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.util.regex.Pattern;

/** The rules for names in a configuration. CNI SPEC 1.1.0, "Network configuration format". */
public final class NetworkNames {
  /** Network names become file and directory names. NAME_MAX, less room for what is put before. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,199}");

  private static final int MAX_TYPE = 128;

  private NetworkNames() {}

  static String requireName(String name) {
    if (NAME.matcher(name).matches()) {
      return name;
    }
    throw new CniException(
        ErrorCode.INVALID_CONFIG,
        name.isEmpty()
            ? "network configuration: \"name\" is missing: want the network's name"
            : "network configuration: \"name\" is %s: want a letter or digit, then letters, digits, \"_\", \".\", \"-\", at most 200 in all"
                .formatted(Quoted.shortened(name)),
        "correct \"name\" in the network configuration");
  }

  /** A type is the name of an executable, so it must not lead out of the search path. */
  static String requireType(String type, String where) {
    if (isType(type)) {
      return type;
    }
    throw new CniException(
        ErrorCode.INVALID_CONFIG,
        type.isEmpty()
            ? "%s: \"type\" is missing: want the name of a plugin".formatted(where)
            : "%s: \"type\" is %s: want the name of a plugin, without path separators"
                .formatted(where, Quoted.shortened(type)),
        "correct \"type\" in the network configuration");
  }

  /** Whether it can be a plugin's name: visible ASCII, which is a file name in every locale. */
  public static boolean isType(String type) {
    return !type.isEmpty()
        && type.length() <= MAX_TYPE
        && !type.equals(".")
        && !type.equals("..")
        && type.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '\\');
  }
}
