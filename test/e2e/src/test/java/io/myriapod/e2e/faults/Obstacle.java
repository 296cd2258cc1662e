package io.myriapod.e2e.faults;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.Command;

/** Something that keeps an inverse from succeeding until it is taken away. */
interface Obstacle {
  void remove();

  /**
   * A foreign plugin that refuses DEL; for host-local a folder that nothing can be deleted from.
   */
  static Obstacle toUndo(NetworkKind kind, PodNode node) {
    return kind.isForeign() ? refusal(node) : frozenLeases(node);
  }

  private static Obstacle refusal(PodNode node) {
    Answer usual = node.usualDelete();
    node.recorder().answer("DEL", Answer.failsWith(11, "not now", "come back later"));
    return () -> node.recorder().answer("DEL", usual);
  }

  private static Obstacle frozenLeases(PodNode node) {
    String folder = node.root().resolve("var/lib/cni/networks/first").toString();
    Command.of("mount", "--bind", folder, folder).run();
    try {
      Command.of("mount", "-o", "remount,bind,ro", folder).run();
    } catch (AssertionError e) {
      Command.of("umount", folder).run();
      throw e;
    }
    return () -> Command.of("umount", "--lazy", folder).run();
  }
}
