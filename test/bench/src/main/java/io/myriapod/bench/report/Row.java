package io.myriapod.bench.report;

import java.util.Optional;

/**
 * One line of the table.
 *
 * @param load the machine's load average over a minute when it was measured
 * @param broken why the row is worth nothing, if it is
 */
public record Row(
    String name, Samples ours, Samples peer, Goal goal, double load, Optional<String> broken) {
  /** A row that was measured. */
  public static Row of(String name, Samples ours, Samples peer, Goal goal) {
    return new Row(name, ours, peer, goal, Machine.load(), Optional.empty());
  }

  /** A row that could not be measured, or whose result was not right. */
  public static Row broken(String name, Goal goal, String reason) {
    return new Row(name, Samples.none(), Samples.none(), goal, Machine.load(), Optional.of(reason));
  }

  /** The peer's median as a multiple of ours; NaN without a peer. */
  public double ratio() {
    return peer.median() / ours.median();
  }

  /** Whether the goal is reached; a broken row never does. */
  public boolean met() {
    return broken.isEmpty() && goal.met(ours, peer);
  }
}
