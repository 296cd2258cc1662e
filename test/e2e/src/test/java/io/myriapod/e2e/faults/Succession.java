package io.myriapod.e2e.faults;

import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;

/** The agents of a node, each of which follows one that was killed and serves until it is too. */
final class Succession {
  private final PodNode node;
  private AgentProcess agent;

  /** Starts the first one. */
  Succession(PodNode node) {
    this.node = node;
    this.agent = node.start(HeldPoint.options(node.root()));
  }

  /** Lets the running one stop at that point. */
  HeldPoint hold(String point) {
    return HeldPoint.of(node.root(), point);
  }

  /** SIGKILL. */
  void kill() {
    agent.kill();
  }

  /** SIGKILL, if it still runs; the next one passes the point. */
  void succeed(HeldPoint point) {
    agent.kill();
    point.disarm();
    agent = node.start(HeldPoint.options(node.root()));
  }
}
