package io.myriapod.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.JournalPhase.Occasion;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every phase of the journal × every kind of network: the agent is killed by SIGKILL just there, a
 * new one is started, the runtime calls DEL, and nothing is left. Two classes share the kinds, so
 * that two processes can run them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashMatrix {
  /** A foreign plugin does not know our journal: it joins no record and learns nothing of it. */
  private static final Map<NetworkKind, Set<JournalPhase>> CANNOT_OCCUR =
      Map.of(NetworkKind.FOREIGN, Set.of(JournalPhase.STEP_REFINED, JournalPhase.STEPS_DONE));

  /** These phases come once for each kind of inverse, each with another state. */
  private static final Set<JournalPhase> OF_EACH_INVERSE =
      Set.of(
          JournalPhase.STEP_RECORDED,
          JournalPhase.INVERSE_STARTING,
          JournalPhase.INVERSE_RUN,
          JournalPhase.INVERSE_NOTED);

  private static final Map<NetworkKind, List<String>> INVERSES =
      Map.of(
          NetworkKind.BRIDGE, List.of("link", "masquerade", "host-local-lease"),
          NetworkKind.HOST_DEVICE, List.of("host-device", "host-local-lease"),
          NetworkKind.SRIOV, List.of("host-device", "host-local-lease"));

  static final EnumSet<NetworkKind> FIRST_HALF =
      EnumSet.of(NetworkKind.BRIDGE, NetworkKind.MACVLAN);

  private final Map<NetworkKind, Stage> stages = new EnumMap<>(NetworkKind.class);
  private final Set<NetworkKind> kinds;

  CrashMatrix(Set<NetworkKind> kinds) {
    this.kinds = kinds;
  }

  /** A node that is used again: what one case left would be seen by the next. */
  private record Stage(PodNode node, PodNode.Picture before, Succession agents) {
    static Stage of(NetworkKind kind) {
      PodNode node = PodNode.of(kind, 1);
      try {
        Succession agents = new Succession(node);
        return new Stage(node, node.warmUp(), agents);
      } catch (RuntimeException | AssertionError e) {
        node.close();
        throw e;
      }
    }
  }

  @AfterAll
  void close() {
    stages.values().forEach(stage -> stage.node.close());
    stages.clear();
  }

  Stream<Arguments> cases() {
    return kinds.stream()
        .flatMap(
            kind ->
                Arrays.stream(JournalPhase.values())
                    .flatMap(
                        phase -> points(kind, phase).map(at -> Arguments.of(kind, phase, at))));
  }

  private static Stream<String> points(NetworkKind kind, JournalPhase phase) {
    return INVERSES.containsKey(kind) && OF_EACH_INVERSE.contains(phase)
        ? INVERSES.get(kind).stream().map(detail -> phase + ":" + detail)
        : Stream.of(phase.name());
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("cases")
  void del_afterKill_leavesNothing(NetworkKind kind, JournalPhase phase, String at) {
    Stage stage = stages.computeIfAbsent(kind, Stage::of);
    try {
      run(stage, kind, phase, stage.agents.hold(at));
      stage.node.assertNothingLeftSince(stage.before);
    } catch (RuntimeException | AssertionError e) {
      stages.remove(kind).node.close();
      throw e;
    }
  }

  private static void run(Stage stage, NetworkKind kind, JournalPhase phase, HeldPoint point) {
    if (CANNOT_OCCUR.getOrDefault(kind, Set.of()).contains(phase)) {
      runsPast(stage, point);
    } else if (phase.occasion() == Occasion.ADD) {
      killDuringAdd(stage, point);
    } else if (phase.occasion() == Occasion.UNDO) {
      killDuringDelete(stage, point);
    } else {
      killDuringFailingDelete(kind, stage, point);
    }
  }

  private static void runsPast(Stage stage, HeldPoint point) {
    stage.node.sandbox(0).run("ADD");
    stage.node.sandbox(0).run("DEL");
    assertFalse(point.isReached(), "it does occur: take it off the list");
    point.disarm();
  }

  /** The runtime loses its patience meanwhile, so nobody sends the request again. */
  private static void killDuringAdd(Stage stage, HeldPoint point) {
    try (RunningCall add = stage.node.sandbox(0).start("ADD")) {
      point.await(add::hasEnded);
      stage.agents.kill();
    }
    stage.agents.succeed(point);
    stage.node.sandbox(0).run("DEL");
  }

  /** The shim that waits for the answer asks the new agent. */
  private static void killDuringDelete(Stage stage, HeldPoint point) {
    stage.node.sandbox(0).run("ADD");
    try (RunningCall delete = stage.node.sandbox(0).start("DEL")) {
      point.await(delete::hasEnded);
      stage.agents.succeed(point);
      assertTrue(delete.await().ok(), "the DEL that was interrupted");
      stage.node.sandbox(0).run("DEL");
    }
  }

  private static void killDuringFailingDelete(NetworkKind kind, Stage stage, HeldPoint point) {
    stage.node.sandbox(0).run("ADD");
    Obstacle obstacle = Obstacle.toUndo(kind, stage.node);
    try (RunningCall delete = stage.node.sandbox(0).start("DEL")) {
      point.await(delete::hasEnded);
      stage.agents.kill();
    } finally {
      obstacle.remove();
    }
    stage.agents.succeed(point);
    stage.node.sandbox(0).run("DEL");
  }
}
