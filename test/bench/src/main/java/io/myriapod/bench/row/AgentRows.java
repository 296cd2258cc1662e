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

  /** From the start of the launcher to the socket. */
  public static Row ready(Duel duel, int times, Goal goal) {
    List<Double> millis = new ArrayList<>();
    for (int time = 0; time < times; time++) {
      millis.add(duel.agent().restart());
    }
    return Row.of("agent ready, from exec to socket", new Samples(millis), Samples.none(), goal);
  }

  /** Resident memory of a fresh agent when so many pods are attached. */
  public static Row memory(Duel duel, int pods, Goal goal) {
    String name = "agent's memory after %d pods, MiB".formatted(pods);
    duel.agent().restart();
    Workload workload = Workload.pod(2);
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
