package io.myriapod.agent.topology;

import io.myriapod.types.Quoted;

/** Text of others on its way into XML. */
final class Markup {
  private static final int LONGEST = 300;

  private Markup() {}

  /**
   * Any text as XML's text or attribute, in ASCII whatever the terminal's character set: what XML
   * cannot have becomes {@code ?}.
   */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    Quoted.oneLine(text, LONGEST).codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (c) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> {
        if (c < 0x7f) {
          out.append((char) c);
        } else {
          out.append(isOfXml(c) ? "&#%d;".formatted(c) : "?");
        }
      }
    }
  }

  /** XML 1.0, 2.2 "Characters"; line ends are gone already. */
  private static boolean isOfXml(int c) {
    return c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
  }

  /** At most that many characters, the last one telling that there were more. */
  static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
