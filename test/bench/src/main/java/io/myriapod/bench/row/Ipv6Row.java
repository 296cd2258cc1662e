package io.myriapod.bench.row;

import io.myriapod.bench.node.BenchNode;
import io.myriapod.bench.node.Network;
import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.bench.run.Outcome;
import io.myriapod.bench.run.Runner;
import io.myriapod.bench.run.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ADD of a macvlan with an IPv6 address and gateway, and the first echo of the gateway after it. On
 * our side duplicate address detection must have been seen on the wire: being quick by leaving it
 * out does not count.
 */
public final class Ipv6Row {
  private static final int WARM_UP = 20;

  private final Duel duel;
  private final Workload workload = Workload.single(Network.macvlan6());
  private final Map<Side, List<Double>> adds = new HashMap<>();
  private final Map<Side, List<Double>> echoes = new HashMap<>();

  private Ipv6Row(Duel duel) {
    this.duel = duel;
    for (Side side : duel.inTurn(0)) {
      adds.put(side, new ArrayList<>());
      echoes.put(side, new ArrayList<>());
    }
  }

  /** Two rows: ADD, and from the end of ADD to the first echo. */
  public static List<Row> measure(Duel duel, Goal add, Goal echo) {
    Ipv6Row row = new Ipv6Row(duel);
    String addName = "macvlan + host-local IPv6 ADD";
    String echoName = "IPv6: first echo after ADD";
    try {
      row.run();
      return List.of(row.row(addName, row.adds, add), row.row(echoName, row.echoes, echo));
    } catch (BrokenRowException e) {
      return List.of(
          Row.broken(addName, add, e.getMessage()), Row.broken(echoName, echo, e.getMessage()));
    }
  }

  private Row row(String name, Map<Side, List<Double>> samples, Goal goal) {
    return Row.of(
        name, new Samples(samples.get(duel.ours())), new Samples(samples.get(duel.peer())), goal);
  }

  private void run() {
    try (SolicitationWatch wire = new SolicitationWatch(duel.ours().node())) {
      for (int round = 0; round < WARM_UP; round++) {
        once(duel.ours(), wire);
      }
      once(duel.peer(), wire);
      adds.values().forEach(List::clear);
      echoes.values().forEach(List::clear);
      List<Residue> before =
          duel.inTurn(0).stream().map(side -> Residue.before(side, workload, 1)).toList();
      for (int pair = 0; pair < duel.pairs(); pair++) {
        for (Side side : duel.inTurn(pair)) {
          once(side, wire);
        }
        before.forEach(Residue::requireBarePods);
      }
      before.forEach(Residue::requireNone);
    }
  }

  private void once(Side side, SolicitationWatch wire) {
    Trial trial = new Trial(side, workload, 1);
    String pod = side.node().seats(1).get(0).namespace().path().toString();
    try {
      Step echo = Step.of(Runner.program().toString(), "echo", pod, BenchNode.GATEWAY6);
      List<Outcome> lane = trial.addAnd(List.of(echo)).get(0);
      adds.get(side).add(lane.get(0).millis());
      echoes.get(side).add(lane.get(1).millisAfter(lane.get(0)));
      trial.check();
      if (side.equals(duel.ours())) {
        String address = lane.get(0).json().at("/ips/0/address").asText();
        wire.require(address.substring(0, address.indexOf('/')));
      }
      trial.delete();
    } catch (BrokenRowException e) {
      trial.abandon();
      throw e;
    }
  }
}
