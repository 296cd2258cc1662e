package io.myriapod.types;

/** Foreign text on its way into a message: quoted, one line, of bounded length. */
public final class Quoted {
  private static final int SHOWN = 80;

  private Quoted() {}

  /** The text in double quotes; control characters become {@code ?}, over 80 characters are cut. */
  public static String shortened(String text) {
    return '"' + oneLine(text, SHOWN) + '"';
  }

  /** The text for a log: control characters and line ends become {@code ?}, the rest is cut. */
  public static String oneLine(String text, int longest) {
    String head = text.length() > longest ? text.substring(0, longest) + "…" : text;
    StringBuilder shown = new StringBuilder();
    head.chars().forEach(c -> shown.append(breaksLines(c) ? '?' : (char) c));
    return shown.toString();
  }

  /** Control characters, Unicode's own line ends, and what turns the direction of writing. */
  private static boolean breaksLines(int c) {
    return Character.isISOControl(c)
        || c == 0x2028
        || c == 0x2029
        || c >= 0x202a && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
