package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After ADD somebody changes something by hand, in the pod, on the node or in a file: CHECK passes
 * before, and says afterwards what differs. What somebody adds beside it is no difference. Rows:
 * {@link TamperTable}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Tampering {
  private static final int CHECK_FAILED = 106;
  private final Predicate<TamperTable> wanted;
  private Stage stage;

  Tampering(Predicate<TamperTable> wanted) {
    this.wanted = wanted;
  }

  @BeforeAll
  void open() {
    stage = Stage.open();
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  Stream<TamperTable.Row> rows() {
    return TamperTable.all().stream().filter(wanted).flatMap(TamperTable::eachRow);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void check_changedByHand_saysWhat(TamperTable.Row row) {
    try (TamperedPod pod = TamperedPod.attach(stage, row.table())) {
      assertEquals("", pod.check().orThrow().out());

      Netns where = row.where().equals("node") ? stage.node() : pod.netns();
      where.run(pod.variables() + row.command());

      Result result = pod.check();
      if (row.words().isEmpty()) {
        result.orThrow();
      } else {
        assertRefused(
            result, CHECK_FAILED, row.words().stream().map(pod::filled).toArray(String[]::new));
      }
    }
  }
}
