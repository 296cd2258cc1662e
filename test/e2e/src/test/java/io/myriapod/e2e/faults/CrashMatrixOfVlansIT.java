package io.myriapod.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.JournalPhase.Occasion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The matrix for kinds of links that not every kernel has. Where these are tried an agent takes ten
 * seconds to start. So there are as many pods as phases; the agent stops at the first phase for the
 * first pod, goes on with the others, stops at the second phase for the second one, and is killed
 * when it is at each phase for one pod.
 */
@InNamespaces(
    kinds = {"ipvlan", "vlan"},
    programs = {"jq", "mount"})
class CrashMatrixOfVlansIT {
  private static final List<List<JournalPhase>> ADDING = addingRounds();

  /** The one in which an undo fails comes last: its obstacle is in the way of all. */
  private static final List<JournalPhase> DELETING =
      Stream.of(Occasion.UNDO, Occasion.FAILING_UNDO)
          .flatMap(each -> phases(each).stream())
          .toList();

  private static final int PODS = Math.max(ADDING.get(0).size(), DELETING.size());

  /**
   * An ipvlan is made while no other one is: so of the phases in which that is done one is the last
   * of the first round, and the other one has a round of its own.
   */
  private static List<List<JournalPhase>> addingRounds() {
    List<JournalPhase> first = new ArrayList<>(phases(Occasion.ADD));
    first.removeAll(List.of(JournalPhase.STEP_RECORDED, JournalPhase.STEP_REFINED));
    first.add(JournalPhase.STEP_RECORDED);
    return List.of(first, List.of(JournalPhase.STEP_REFINED));
  }

  private static List<JournalPhase> phases(Occasion occasion) {
    return Arrays.stream(JournalPhase.values())
        .filter(phase -> phase.occasion() == occasion)
        .toList();
  }

  static Set<NetworkKind> kinds() {
    return NetworkKind.RARE;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void del_afterKillAtEveryPhase_leavesNothing(NetworkKind kind) {
    try (PodNode node = PodNode.of(kind, PODS)) {
      Succession agents = new Succession(node);
      PodNode.Picture before = node.warmUp();

      for (List<JournalPhase> round : ADDING) {
        killDuringAdds(round, node, agents);
        node.assertNothingLeftSince(before);
      }

      killDuringDeletes(kind, node, agents);
      node.assertNothingLeftSince(before);
    }
  }

  /** The runtime loses its patience meanwhile, so nobody sends the requests again. */
  private static void killDuringAdds(List<JournalPhase> round, PodNode node, Succession agents) {
    List<RunningCall> adds = new ArrayList<>();
    HeldPoint point = null;
    try {
      for (JournalPhase phase : round) {
        point = held(node, agents, adds, phase, "ADD");
      }
      agents.kill();
    } finally {
      adds.forEach(RunningCall::close);
    }
    agents.succeed(point);
    deleteAll(node);
  }

  /** The shims that wait for the answer ask the new agent. */
  private static void killDuringDeletes(NetworkKind kind, PodNode node, Succession agents) {
    for (int pod = 0; pod < DELETING.size(); pod++) {
      node.sandbox(pod).run("ADD");
    }
    node.tellShim("delConnectMillis=600000\ndelMillis=600000");
    List<RunningCall> deletes = new ArrayList<>();
    try {
      HeldPoint point = null;
      for (JournalPhase phase : phases(Occasion.UNDO)) {
        point = held(node, agents, deletes, phase, "DEL");
      }
      Obstacle obstacle = Obstacle.toUndo(kind, node);
      try {
        for (JournalPhase phase : phases(Occasion.FAILING_UNDO)) {
          point = held(node, agents, deletes, phase, "DEL");
        }
        agents.kill();
      } finally {
        obstacle.remove();
      }
      agents.succeed(point);
      deletes.forEach(delete -> assertTrue(delete.await().ok(), "a DEL that was interrupted"));
    } finally {
      deletes.forEach(RunningCall::close);
    }
    deleteAll(node);
  }

  /** Starts the call for the next pod, and returns when the agent is at that phase for it. */
  private static HeldPoint held(
      PodNode node, Succession agents, List<RunningCall> calls, JournalPhase phase, String verb) {
    HeldPoint point = agents.hold(phase.name());
    RunningCall call = node.sandbox(calls.size()).start(verb);
    calls.add(call);
    point.await(call::hasEnded);
    return point;
  }

  private static void deleteAll(PodNode node) {
    for (int pod = 0; pod < PODS; pod++) {
      node.sandbox(pod).run("DEL");
    }
  }
}
