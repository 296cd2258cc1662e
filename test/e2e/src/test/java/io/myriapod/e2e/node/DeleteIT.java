package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DEL as runtimes really call it: again, late, and without what ADD was given. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"jq", "nft"})
class DeleteIT {
  private static final Map<NetworkKind, Stage> STAGES = new EnumMap<>(NetworkKind.class);

  /** A node with a running agent. */
  private record Stage(PodNode node, PodNode.Picture before) {
    static Stage of(NetworkKind kind) {
      PodNode node = PodNode.of(kind, 1);
      try {
        PodNode.Picture before = node.warmedUp();
        node.start();
        return new Stage(node, before);
      } catch (RuntimeException | AssertionError e) {
        node.close();
        throw e;
      }
    }
  }

  private static Stage stage(NetworkKind kind) {
    return STAGES.computeIfAbsent(kind, Stage::of);
  }

  @AfterAll
  static void close() {
    STAGES.values().forEach(stage -> stage.node.close());
    STAGES.clear();
  }

  @ParameterizedTest
  @EnumSource
  void delete_twice_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    stage.node.sandbox(0).run("ADD");

    stage.node.sandbox(0).run("DEL");
    stage.node.sandbox(0).run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @EnumSource
  void delete_withoutNetns_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    stage.node.sandbox(0).run("ADD");

    stage.node.sandbox(0).with("CNI_NETNS", "").run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @EnumSource
  void delete_afterNamespaceIsGone_leavesNothing(NetworkKind kind) {
    Stage stage = stage(kind);
    var sandbox = stage.node.sandbox(0);
    sandbox.run("ADD");

    stage.node.removePod(0);
    sandbox.run("DEL");

    stage.node.assertNothingLeftSince(stage.before);
  }

  @ParameterizedTest
  @EnumSource
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
