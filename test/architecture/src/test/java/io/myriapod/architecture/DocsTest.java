package io.myriapod.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation promises is there. */
class DocsTest {
  private static final Path TOP = Top.find();
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void links_ofEveryPage_leadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    List<Path> pages = pages();
    for (Path page : pages) {
      LINK.matcher(Files.readString(page))
          .results()
          .map(MatchResult::group)
          .map(link -> link.substring(2, link.length() - 1).replaceAll("#.*", ""))
          .filter(target -> !target.contains("://"))
          .filter(target -> !Files.exists(page.resolveSibling(target)))
          .forEach(target -> dead.add(TOP.relativize(page) + ": " + target));
    }
    assertTrue(pages.size() > 5, "found only " + pages);
    assertEquals(List.of(), dead);
  }

  @Test
  void errorCodes_each_haveTheirPlaceInTheDocs() throws IOException, IllegalAccessException {
    String page = Files.readString(TOP.resolve("docs/errors.md"));
    List<String> missing = new ArrayList<>();
    for (Field field : ErrorCode.class.getFields()) {
      Pattern place =
          Pattern.compile("(?m)^(#+|\\|) *(<a [^>]*></a> *)?`?%d\\b".formatted(field.getInt(null)));
      if (!place.matcher(page).find()) {
        missing.add(field.getName() + " " + field.getInt(null));
      }
    }
    assertEquals(
        List.of(), missing, "a heading or a table row of docs/errors.md begins with the code");
  }

  @Test
  void decisions_each_areListed() throws IOException {
    String index = Files.readString(TOP.resolve("docs/decisions/README.md"));
    try (Stream<Path> pages = Files.list(TOP.resolve("docs/decisions"))) {
      List<String> unlisted =
          pages
              .map(page -> page.getFileName().toString())
              .filter(name -> name.matches("\\d{4}-.*\\.md") && !index.contains(name))
              .toList();
      assertEquals(List.of(), unlisted);
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> tree = Files.walk(TOP)) {
      return tree.filter(path -> path.toString().endsWith(".md"))
          .filter(path -> !path.toString().contains("/target/"))
          .toList();
    }
  }
}
