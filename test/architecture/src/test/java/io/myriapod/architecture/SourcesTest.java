package io.myriapod.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How long things may get, and what must not stand in them: STYLE of the house, CONTRIBUTING.md.
 */
class SourcesTest {
  private static final Path TOP = Top.find();
  private static final List<JavaSource> SOURCES = JavaSource.below(TOP);
  private static final int LEAST_FILES = 300;

  /** Files that may be longer, each with the reason: tables of constants, generated code. */
  private static final Map<String, String> LONGER_FILES = Map.of();

  /** Words of the reference plugins that operators and tools look for, kept as they are. */
  private static final List<String> WORDS_OF_PEERS =
      List.of("failed to allocate all requested IPs", "static: Failed to match addr");

  private static final Pattern BAD_MESSAGE = Pattern.compile("(?i)\\b(failed to|error while) ");
  private static final Pattern NO_TEST =
      Pattern.compile("@Disable[d]|assertTrue\\(true\\)|Thread\\.sleep\\(");

  @Test
  void sources_ofTheProject_areFound() {
    assertTrue(SOURCES.size() >= LEAST_FILES, "found only " + SOURCES.size());
  }

  @Test
  void files_ofAnyKind_areShortEnough() {
    List<String> tooLong =
        SOURCES.stream()
            .filter(source -> source.lines() > (source.isTest() ? 800 : 400))
            .filter(source -> !LONGER_FILES.containsKey(source.path().toString()))
            .map(source -> "%s: %d lines".formatted(source.path(), source.lines()))
            .toList();
    assertEquals(
        List.of(), tooLong, "a giant class is one that nobody stopped: want 400 (tests 800)");
  }

  @Test
  void methods_ofAnyKind_areShortEnough() {
    List<String> tooLong = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      for (JavaSource.Method method : source.methods()) {
        if (method.lines() > (source.isTest() ? 80 : 40)) {
          tooLong.add("%s: %s: %d lines".formatted(source.path(), method.name(), method.lines()));
        }
      }
    }
    assertEquals(List.of(), tooLong, "a function reads at one level of height: want 40 (tests 80)");
  }

  @Test
  void exemptions_each_areStillNeeded() {
    TreeSet<String> unneeded = new TreeSet<>(LONGER_FILES.keySet());
    SOURCES.stream()
        .filter(source -> source.lines() > 400)
        .forEach(source -> unneeded.remove(source.path().toString()));
    assertEquals(new TreeSet<>(), unneeded, "exempted, but short enough");
  }

  @Test
  void messages_ofTheProduct_nameAttemptSubjectAndFinding() {
    List<String> bad = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      source.texts().stream()
          .filter(text -> !source.isTest() && BAD_MESSAGE.matcher(text).find())
          .filter(text -> WORDS_OF_PEERS.stream().noneMatch(text::contains))
          .forEach(text -> bad.add(source.path() + ": " + text));
    }
    assertEquals(List.of(), bad, "say what was attempted, on what, and what was found");
  }

  @Test
  void tests_any_neitherSleepNorPretend() throws IOException {
    List<String> bad = new ArrayList<>();
    for (JavaSource source : SOURCES) {
      boolean runs = source.path().toString().matches(".*(Test|IT)\\.java");
      if (runs && !source.path().endsWith("SourcesTest.java")) {
        NO_TEST
            .matcher(Files.readString(TOP.resolve(source.path())))
            .results()
            .forEach(match -> bad.add(source.path() + ": " + match.group()));
      }
    }
    assertEquals(List.of(), bad, "wait on a condition with a deadline; skip with a reason");
  }

  @Test
  void packages_ofMoreThanOneClass_sayWhatLivesThere() throws IOException {
    List<String> silent = new ArrayList<>();
    try (Stream<Path> folders = Files.walk(TOP)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        if (folder.toString().contains("/src/main/java/")
            && !folder.toString().contains("/target/")) {
          String[] files = folder.toFile().list((dir, name) -> name.endsWith(".java"));
          if (files.length > 1 && !List.of(files).contains("package-info.java")) {
            silent.add(TOP.relativize(folder).toString());
          }
        }
      }
    }
    assertEquals(List.of(), silent, "a package of more than one class has a package-info.java");
  }

  @Test
  void examples_each_haveAReadme() throws IOException {
    try (Stream<Path> folders = Files.list(TOP.resolve("examples"))) {
      List<Path> silent =
          folders
              .filter(Files::isDirectory)
              .filter(folder -> !Files.exists(folder.resolve("README.md")))
              .toList();
      assertEquals(List.of(), silent);
    }
  }
}
