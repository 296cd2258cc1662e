package io.myriapod.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.myriapod.differential.side.OurSide;
import io.myriapod.differential.side.ReferenceSide;
import io.myriapod.differential.side.Trial;
import io.myriapod.differential.table.Difference;
import io.myriapod.differential.table.Row;
import io.myriapod.differential.table.Table;
import io.myriapod.differential.table.Tables;
import io.myriapod.fixtures.ReferencePlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every row of tables by the reference plugins on one node and by us on another. {@code
 * -Ddifferential.only=macvlan} takes the rows whose title contains the word.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Differential {
  private static final String ONLY = System.getProperty("differential.only", "");
  private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final int MOST_FAULTS = 40;
  private static final Tally TALLY = new Tally();
  private static final Table COMMON = Tables.common();
  private static ReferenceSide theirs;
  private static OurSide ours;
  private static int number;

  private final Predicate<Table> wanted;

  Differential(Predicate<Table> wanted) {
    this.wanted = wanted;
  }

  @BeforeAll
  static void open() {
    for (ReferencePlugins version : ReferencePlugins.values()) {
      Optional<String> missing = version.missing();
      assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }
    theirs = new ReferenceSide();
    ours = new OurSide();
  }

  @AfterAll
  static void close() {
    if (ours != null) {
      ours.close();
    }
    if (theirs != null) {
      theirs.close();
    }
    System.out.println("differential: " + TALLY);
  }

  @TestFactory
  Stream<DynamicNode> tables() {
    List<DynamicNode> nodes = new ArrayList<>();
    for (Table table : Tables.ofPlugins()) {
      if (wanted.test(table)) {
        nodes.add(dynamicContainer(table.plugin(), rows(table)));
      }
    }
    if (ONLY.isEmpty()) {
      nodes.add(dynamicTest("common", () -> assertAllSeen(COMMON)));
    }
    return nodes.stream();
  }

  private static Stream<DynamicNode> rows(Table table) {
    List<DynamicNode> nodes = new ArrayList<>();
    for (Row row : table.rows()) {
      for (String version : row.versions()) {
        String title = row.title() + ", " + version;
        if (title.contains(ONLY)) {
          nodes.add(dynamicTest(title, () -> compare(table, row, version)));
        }
      }
    }
    if (ONLY.isEmpty()) {
      nodes.add(dynamicTest(table.plugin() + ": what it declares", () -> assertAllSeen(table)));
    }
    return nodes.stream();
  }

  private static void assertAllSeen(Table table) {
    TreeSet<String> unseen = new TreeSet<>();
    Stream.of(table.differences(), table.stays())
        .flatMap(List::stream)
        .map(Difference::id)
        .filter(id -> !TALLY.seen().contains(id))
        .forEach(unseen::add);
    assertEquals(new TreeSet<>(), unseen, "declared, but no row shows it");
  }

  private static void compare(Table table, Row row, String version) {
    number++;
    Trial they = new Trial(theirs, row, version, number);
    Trial we = new Trial(ours, row, version, number);
    try {
      both(they::attach, we::attach);
      Supplier<Verdict> judge =
          () -> Verdict.of(new Comparison(they, we), COMMON, table, row, version);
      boolean agree = settled(() -> both(they::look, we::look), judge).faults().isEmpty();
      both(they::detach, we::detach);
      if (row.handed().isPresent()) {
        assertHanded(row, version, they, we);
        return;
      }
      Supplier<Verdict> last = () -> judge.get().requiring(row, version);
      Verdict verdict =
          agree ? settled(() -> both(they::lookAfter, we::lookAfter), last) : last.get();
      TALLY.compared(verdict);
      assertTrue(verdict.faults().isEmpty(), () -> report(row, version, verdict, they, we));
    } finally {
      both(they::clear, we::clear);
    }
  }

  /** Both once more as long as the difference may be one of moments. */
  private static Verdict settled(Runnable lookAgain, Supplier<Verdict> judge) {
    long deadline = System.nanoTime() + SETTLED_NANOS;
    while (true) {
      Verdict verdict = judge.get();
      if (verdict.faults().isEmpty() || System.nanoTime() - deadline > 0) {
        return verdict;
      }
      lookAgain.run();
    }
  }

  private static void assertHanded(Row row, String version, Trial they, Trial we) {
    List<String> executed = ours.executed();
    assertEquals(they.answers().get("ADD"), we.answers().get("ADD"), () -> said(they, we));
    List<String> verbs = new ArrayList<>(List.of("ADD", "DEL"));
    if (we.result().isPresent() && version.compareTo("0.4.0") >= 0) {
      verbs.add("CHECK");
    }
    for (String verb : verbs) {
      assertTrue(
          executed.contains(verb + " " + row.plugin()),
          () ->
              "%s, %s: \"%s\" goes to the node's own binary: %s was not executed: %s"
                  .formatted(row.title(), version, row.handed().get(), verb, executed));
    }
    TALLY.handed();
  }

  private static String report(Row row, String version, Verdict verdict, Trial they, Trial we) {
    StringBuilder text = new StringBuilder(row.title() + ", " + version + ":");
    verdict.faults().stream()
        .limit(MOST_FAULTS)
        .forEach(fault -> text.append("\n  ").append(fault));
    return text.append(said(they, we)).append('\n').toString();
  }

  private static String said(Trial they, Trial we) {
    StringBuilder text = new StringBuilder();
    they.said().forEach((verb, what) -> text.append("\n  they: %s: %s".formatted(verb, what)));
    we.said().forEach((verb, what) -> text.append("\n  we: %s: %s".formatted(verb, what)));
    return text.toString();
  }

  private static void both(Runnable they, Runnable we) {
    CompletableFuture<Void> theirPart = CompletableFuture.runAsync(they);
    try {
      we.run();
    } finally {
      theirPart.join();
    }
  }
}
