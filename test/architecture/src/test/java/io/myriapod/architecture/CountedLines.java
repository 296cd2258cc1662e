package io.myriapod.architecture;

import java.util.List;

/**
 * Which lines of a Java file count: all but blank ones, imports and Javadoc. Javadoc as the
 * formatter leaves it: a line that starts with slash and two stars up to one that ends it.
 */
final class CountedLines {
  private CountedLines() {}

  /** One element per line, from index 1 on; index 0 is never set. */
  static boolean[] of(String text) {
    List<String> lines = text.lines().toList();
    boolean[] counted = new boolean[lines.size() + 1];
    boolean javadoc = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      javadoc |= line.startsWith("/**");
      counted[i + 1] = !javadoc && !line.isEmpty() && !line.startsWith("import ");
      javadoc &= !line.endsWith("*/");
    }
    return counted;
  }
}
