package io.myriapod.bench.row;

import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.bench.run.Outcome;
import io.myriapod.bench.run.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What executing our shim costs beside executing a program that does nothing. */
public final class ShimRow {
  private static final int TIMES = 10;

  private ShimRow() {}

  /**
   * The shim's answer to VERSION, which it gives by itself, and to STATUS, which it gets from the
   * agent: the whole way there and back.
   */
  public static List<Row> measure(Duel duel, Step version, Step status, Goal goal) {
    try {
      return List.of(
          row(duel, "shim alone (VERSION), peer /bin/true", version, goal),
          row(duel, "shim and agent (STATUS), peer /bin/true", status, goal));
    } catch (BrokenRowException e) {
      return List.of(Row.broken("shim", goal, e.getMessage()));
    }
  }

  private static Row row(Duel duel, String name, Step step, Goal goal) {
    Step nothing = new Step(List.of("/bin/true"), Map.of(), "");
    List<Double> ours = new ArrayList<>();
    List<Double> peer = new ArrayList<>();
    for (int time = 0; time < TIMES * duel.pairs(); time++) {
      List<Step> steps = time % 2 == 0 ? List.of(step, nothing) : List.of(nothing, step);
      for (Outcome outcome : duel.ours().runner().run(steps)) {
        (outcome.step().equals(step) ? ours : peer).add(outcome.millis());
      }
    }
    return Row.of(name, new Samples(ours), new Samples(peer), goal);
  }
}
