package io.myriapod.vfio.change;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Text as one word of a shell's line: names of links and drivers are whatever somebody gave them.
 * In printable ASCII, so that it does to a terminal and to a reader what it does to the shell; for
 * what is not, quoted as bash, zsh and busybox have it ({@code $'\033'}).
 */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWord() {}

  /** The word; the text itself if it is one. */
  public static String of(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    boolean printable = text.chars().allMatch(ShellWord::isPrintable);
    return printable ? "'" + text.replace("'", "'\\''") + "'" : "$'" + escaped(text) + "'";
  }

  private static String escaped(String text) {
    StringBuilder word = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean asItIs = isPrintable(b) && b != '\'' && b != '\\';
      word.append(asItIs ? Character.toString(b) : "\\%03o".formatted(b & 0xff));
    }
    return word.toString();
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c < 0x7f;
  }
}
