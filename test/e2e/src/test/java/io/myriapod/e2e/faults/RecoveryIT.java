package io.myriapod.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.JournalPhase.Occasion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the agent that comes after a crash does: it undoes, answers again, and may crash itself. */
@InNamespaces(
    kinds = {"bridge"},
    programs = {"jq", "nft"})
class RecoveryIT {
  private static PodNode node;
  private static PodNode.Picture before;

  @BeforeAll
  static void open() {
    node = PodNode.of(NetworkKind.BRIDGE, 1);
    before = node.warmedUp();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  static Stream<JournalPhase> undoPhases() {
    return Arrays.stream(JournalPhase.values()).filter(phase -> phase.occasion() == Occasion.UNDO);
  }

  @ParameterizedTest
  @MethodSource("undoPhases")
  void recovery_killedItself_isDoneByTheNext(JournalPhase phase) {
    try (RunningCall add = node.sandbox(0).start("ADD")) {
      killAt("FACT_RECORDED", add);
    }
    HeldPoint point = HeldPoint.of(node.root(), phase.name());
    AgentProcess recovering = node.launch(List.of(), point.options());
    point.await(recovering::hasEnded);
    recovering.kill();

    AgentProcess last = node.start();
    node.assertNothingLeftSince(before);
    node.sandbox(0).run("DEL");
    last.kill();
  }

  /** The request of the shim that still waits is run anew. */
  @ParameterizedTest
  @EnumSource(names = {"RECORD_SYNCED", "STEP_REFINED", "RECORD_ATTACHED"})
  void add_killedHalfway_isUndoneAndRunAnewForTheSameShim(JournalPhase phase) {
    try (RunningCall add = node.sandbox(0).start("ADD")) {
      killAt(phase.name(), add);

      AgentProcess successor = node.start();
      Result answer = add.await().orThrow();

      assertEquals(mac("eth0"), answer.json().at("/interfaces/2/mac").asText(), answer.out());
      assertEquals(2, node.journal().size());
      assertEquals(1, node.leases("first").size());
      assertEquals(1, node.leases("second").size());
      node.sandbox(0).run("DEL");
      successor.kill();
    }
    node.assertNothingLeftSince(before);
  }

  /** One network only, so that its record's end is the ADD's. */
  @Test
  void add_killedBeforeTheAnswer_isAnsweredFromTheJournal() {
    Sandbox alone = node.sandbox(0).with("CNI_ARGS", "IgnoreUnknown=1");
    try (RunningCall add = alone.start("ADD")) {
      killAt("RECORD_ATTACHED", add);
      String attached = mac("eth0");

      AgentProcess successor = node.start();
      Result answer = add.await().orThrow();

      assertEquals(attached, answer.json().at("/interfaces/2/mac").asText(), answer.out());
      assertEquals(attached, mac("eth0"));
      alone.run("DEL");
      successor.kill();
    }
    node.assertNothingLeftSince(before);
  }

  private static String mac(String link) {
    return node.pod(0).link(link).path("address").asText();
  }

  private static void killAt(String name, RunningCall add) {
    HeldPoint point = HeldPoint.of(node.root(), name);
    AgentProcess agent = node.start(point.options());
    point.await(add::hasEnded);
    agent.kill();
  }
}
