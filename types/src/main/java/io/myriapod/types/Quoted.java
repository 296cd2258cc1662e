package io.myriapod.types;

/** Foreign text on its way into a message: quoted, one line, of bounded length. */
public final class Quoted {
  private static final int SHOWN = 80;

  private Quoted() {}

  /** The text in double quotes; control characters become {@code ?}, over 80 characters are cut. */
  public static String shortened(String text) {
    String head = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    StringBuilder shown = new StringBuilder("\"");
    head.chars().forEach(c -> shown.append(c < ' ' || c == 0x7f ? '?' : (char) c));
    return shown.append('"').toString();
  }
}
