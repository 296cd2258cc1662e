package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** DEL as runtimes really call it: again, late, and without what ADD was given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Deletes {
  private final Map<NetworkKind, Stage> stages = new EnumMap<>(NetworkKind.class);
  private final Set<NetworkKind> kinds;

  Deletes(Set<NetworkKind> kinds) {
    this.kinds = kinds;
  }

  Set<NetworkKind> kinds() {
    return kinds;
  }

  /** A node with a running agent. */
  private record Stage(PodNode node, PodNode.Picture before) {
    static Stage of(NetworkKind kind) {
      PodNode node = PodNode.of(kind, 1);
      try {
        node.start();
        return new Stage(node, node.warmUp());
      } catch (RuntimeException | AssertionError e) {
        node.close();
        throw e;
      }
    }
  }

  private Stage stage(NetworkKind kind) {
    return stages.computeIfAbsent(kind, Stage::of);
  }

  @AfterAll
  void close() {
    stages.values().forEach(stage -> stage.node.close());
    stages.clear();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void delete_twice_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    stage.node.sandbox(0).run("ADD");

    stage.node.sandbox(0).run("DEL");
    stage.node.sandbox(0).run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void delete_withoutNetns_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    stage.node.sandbox(0).run("ADD");

    stage.node.sandbox(0).with("CNI_NETNS", "").run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void delete_afterNamespaceIsGone_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    var sandbox = stage.node.sandbox(0);
    sandbox.run("ADD");

    stage.node.removePod(0);
    sandbox.run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void delete_withEmptyCluster_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    stage.node.sandbox(0).run("ADD");

    stage.node.emptyCluster();
    try {
      stage.node.sandbox(0).run("DEL");
    } finally {
      stage.node.fillCluster();
    }

    assertEquals(List.of(), stage.node.marks());
    stage.node.assertNothingLeftSince(stage.before);
  }
}
