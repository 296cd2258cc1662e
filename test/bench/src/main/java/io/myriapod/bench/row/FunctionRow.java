package io.myriapod.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.bench.node.BenchNode;
import io.myriapod.bench.node.Network;
import io.myriapod.bench.node.Seat;
import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.bench.run.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * ADD of a virtual function beside the one {@code ip link set} that moves, renames and sets up: one
 * move to another namespace is the least that it can cost. A veth end stands for the function.
 */
public final class FunctionRow {
  private static final String NAME = "VF ADD, peer one `ip link set`";
  private static final int WARM_UP = 20;

  private final Duel duel;
  private final Workload workload = Workload.single(Network.function());
  private final Map<Side, List<Double>> samples = new HashMap<>();

  private FunctionRow(Duel duel) {
    this.duel = duel;
    duel.inTurn(0).forEach(side -> samples.put(side, new ArrayList<>()));
  }

  /** The row. */
  public static List<Row> measure(Duel duel, Goal goal) {
    try {
      return List.of(new FunctionRow(duel).row(goal));
    } catch (BrokenRowException e) {
      return List.of(Row.broken(NAME, goal, e.getMessage()));
    }
  }

  private Row row(Goal goal) {
    for (int round = 0; round < WARM_UP; round++) {
      once(duel.ours());
    }
    once(duel.peer());
    samples.values().forEach(List::clear);
    Residue before = Residue.before(duel.ours(), workload, 1);
    for (int pair = 0; pair < duel.pairs(); pair++) {
      duel.inTurn(pair).forEach(this::once);
      before.requireBarePods();
    }
    before.requireNone();
    return Row.of(
        NAME, new Samples(samples.get(duel.ours())), new Samples(samples.get(duel.peer())), goal);
  }

  private void once(Side side) {
    if (side.equals(duel.ours())) {
      Trial trial = new Trial(side, workload, 1);
      samples.get(side).add(trial.add());
      requireArrived(side);
      trial.delete();
    } else {
      samples.get(side).add(side.runner().run(List.of(move(side))).get(0).millis());
      requireArrived(side);
      back(side);
    }
  }

  private static Step move(Side side) {
    return Step.of(
        ip(),
        "link",
        "set",
        BenchNode.FUNCTION,
        "netns",
        seat(side).namespace().name(),
        "name",
        "net1",
        "address",
        Network.FUNCTION_MAC,
        "mtu",
        Integer.toString(Network.FUNCTION_MTU),
        "up");
  }

  /** In the way in which it came, so that the next one has the same to do. */
  private static void back(Side side) {
    seat(side)
        .namespace()
        .run(
            "ip link set net1 netns %s name %s mtu 1500"
                .formatted(side.node().node().name(), BenchNode.FUNCTION));
    side.node().node().run("ip link set %s down".formatted(BenchNode.FUNCTION));
  }

  private static void requireArrived(Side side) {
    JsonNode link = seat(side).namespace().link("net1");
    if (!link.path("address").asText().equals(Network.FUNCTION_MAC)
        || link.path("mtu").asInt() != Network.FUNCTION_MTU
        || !link.path("flags").toString().contains("\"UP\"")) {
      throw new BrokenRowException("%s: net1 is not as wanted: %s".formatted(side.name(), link));
    }
  }

  private static Seat seat(Side side) {
    return side.node().seats(1).get(0);
  }

  private static String ip() {
    return Stream.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip")
        .filter(program -> Files.isExecutable(Path.of(program)))
        .findFirst()
        .orElseThrow(() -> new BrokenRowException("there is no program ip"));
  }
}
