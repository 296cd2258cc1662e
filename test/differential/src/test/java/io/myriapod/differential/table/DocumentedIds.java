package io.myriapod.differential.table;

import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
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
    forEach((id, line) -> ids.add(id));
    return ids;
  }

  /** Those that are there twice, or with nothing in the last column, which says why. */
  public static List<String> ofBadRows() {
    List<String> bad = new ArrayList<>();
    Set<String> ids = new TreeSet<>();
    forEach(
        (id, line) -> {
          if (!ids.add(id) || line.matches(".*\\| *\\|")) {
            bad.add(id);
          }
        });
    return bad;
  }

  private static void forEach(BiConsumer<String, String> action) {
    boolean listed = false;
    for (String line : lines()) {
      listed = line.startsWith("|") && (listed || line.matches("\\| *id *\\|.*"));
      Matcher cell = CELL.matcher(line);
      if (listed && cell.matches()) {
        action.accept(cell.group(1), line);
      }
    }
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(Product.top().resolve("docs/differences.md"));
    } catch (IOException e) {
      throw new UncheckedIOException("read docs/differences.md", e);
    }
  }
}
