package io.myriapod.bench.row;

import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ADD and DEL of a workload, ours and the peer's in turn; everything is checked and removed. */
public final class PairedRow {
  /**
   * Attachments of our side alone, so that its JVM is as warm as on a node that has been up a
   * while: most is compiled after 200 calls. What the first one costs has a row of its own.
   */
  private static final int OUR_WARM_UP = 200;

  private static final int PEER_WARM_UP = 2;

  private final Duel duel;
  private final Workload workload;
  private final int pods;
  private final Map<Side, List<Double>> adds = new HashMap<>();
  private final Map<Side, List<Double>> deletes = new HashMap<>();

  private PairedRow(Duel duel, Workload workload, int pods) {
    this.duel = duel;
    this.workload = workload;
    this.pods = pods;
    for (Side side : duel.inTurn(0)) {
      adds.put(side, new ArrayList<>());
      deletes.put(side, new ArrayList<>());
    }
  }

  /** Two rows: ADD and DEL of so many pods at once. */
  public static List<Row> measure(
      Duel duel, String name, Workload workload, int pods, Goal add, Goal delete) {
    PairedRow row = new PairedRow(duel, workload, pods);
    try {
      row.run();
      return List.of(
          row.row(name + " ADD", row.adds, add), row.row(name + " DEL", row.deletes, delete));
    } catch (BrokenRowException e) {
      return List.of(
          Row.broken(name + " ADD", add, e.getMessage()),
          Row.broken(name + " DEL", delete, e.getMessage()));
    }
  }

  private Row row(String name, Map<Side, List<Double>> samples, Goal goal) {
    return Row.of(
        name, new Samples(samples.get(duel.ours())), new Samples(samples.get(duel.peer())), goal);
  }

  private void run() {
    warmUp(duel.ours(), Math.max(2, OUR_WARM_UP / (pods * workload.networks().size())));
    warmUp(duel.peer(), PEER_WARM_UP);
    List<Residue> before =
        duel.inTurn(0).stream().map(side -> Residue.before(side, workload, pods)).toList();
    for (int pair = 0; pair < duel.pairs(); pair++) {
      pair(pair);
      before.forEach(Residue::requireBarePods);
    }
    before.forEach(Residue::requireNone);
    requireEmptyJournal();
  }

  private void warmUp(Side side, int rounds) {
    for (int round = 0; round < rounds; round++) {
      Trial trial = new Trial(side, workload, pods);
      try {
        trial.add();
        trial.delete();
      } catch (BrokenRowException e) {
        trial.abandon();
        throw e;
      }
    }
  }

  private void pair(int pair) {
    List<Side> sides = duel.inTurn(pair);
    List<Trial> trials = sides.stream().map(side -> new Trial(side, workload, pods)).toList();
    try {
      for (int turn = 0; turn < sides.size(); turn++) {
        adds.get(sides.get(turn)).add(trials.get(turn).add());
      }
      trials.forEach(Trial::check);
      for (int turn = 0; turn < sides.size(); turn++) {
        deletes.get(sides.get(turn)).add(trials.get(turn).delete());
      }
    } catch (BrokenRowException e) {
      trials.forEach(Trial::abandon);
      throw e;
    }
  }

  private void requireEmptyJournal() {
    String attached = duel.agent().attached();
    if (!attached.replaceAll("\\s", "").equals("[]")) {
      throw new BrokenRowException("ours: the journal still lists " + attached);
    }
  }
}
