package io.myriapod.bench.row;

import io.myriapod.bench.node.Seat;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import java.util.ArrayList;
import java.util.List;

/** What the agent itself costs: its start and its memory. */
public final class AgentRows {
  private static final int AT_ONCE = 20;

  private AgentRows() {}

  /** From the start of the launcher to the socket, and the first pod that comes then. */
  public static List<Row> start(Duel duel, int times, Goal goal) {
    String ready = "agent ready, from exec to socket";
    String first = "first pod of bridge + 2 macvlan after that";
    List<Double> starts = new ArrayList<>();
    List<Double> adds = new ArrayList<>();
    Trial trial = new Trial(duel.ours(), Workload.pod(2), 1);
    try {
      for (int time = 0; time < times; time++) {
        starts.add(duel.agent().restart());
        adds.add(trial.add());
        trial.delete();
      }
    } catch (BrokenRowException e) {
      trial.abandon();
      return List.of(Row.broken(ready, goal, e.getMessage()));
    }
    return List.of(
        Row.of(ready, new Samples(starts), Samples.none(), goal),
        Row.of(first, new Samples(adds), Samples.none(), new Goal.None()));
  }

  /** Resident memory of a fresh agent when so many pods are attached. */
  public static Row memory(Duel duel, int pods, Goal goal) {
    String name = "agent's memory after %d pods, MiB".formatted(pods);
    Workload workload = Workload.pod(2);
    duel.agent().publish(List.of(workload), pods);
    duel.agent().restart();
    List<Seat> seats = duel.ours().node().seats(pods);
    List<Trial> attached = new ArrayList<>();
    try {
      for (int done = 0; done < pods; done += AT_ONCE) {
        List<Seat> next = seats.subList(done, Math.min(pods, done + AT_ONCE));
        attached.add(new Trial(duel.ours(), workload, next));
        attached.get(attached.size() - 1).add();
      }
      List<Double> mebibytes = List.of(duel.agent().residentMebibytes());
      attached.forEach(Trial::check);
      attached.forEach(Trial::delete);
      return Row.of(name, new Samples(mebibytes), Samples.none(), goal);
    } catch (BrokenRowException e) {
      attached.forEach(Trial::abandon);
      return Row.broken(name, goal, e.getMessage());
    }
  }
}
