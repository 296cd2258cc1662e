package io.myriapod.differential.table;

import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The differences that docs/differences.md gives an id: the first column, headed {@code id}, of its
 * tables.
 */
public final class DocumentedIds {
  private static final Pattern CELL = Pattern.compile("\\| *`([a-z0-9-]+)` *\\|.*");

  private DocumentedIds() {}

  /** All of them. */
  public static Set<String> read() {
    Set<String> ids = new TreeSet<>();
    boolean listed = false;
    for (String line : lines()) {
      listed = line.startsWith("|") && (listed || line.matches("\\| *id *\\|.*"));
      Matcher cell = CELL.matcher(line);
      if (listed && cell.matches()) {
        ids.add(cell.group(1));
      }
    }
    return ids;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(Product.top().resolve("docs/differences.md"));
    } catch (IOException e) {
      throw new UncheckedIOException("read docs/differences.md", e);
    }
  }
}
