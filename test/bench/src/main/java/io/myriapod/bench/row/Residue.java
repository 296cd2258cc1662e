package io.myriapod.bench.row;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.bench.node.Network;
import io.myriapod.bench.node.Seat;
import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.fixtures.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one side looked like before a row: afterwards it must look the same. */
final class Residue {
  /** Addresses and neighbours of a bridge settle by themselves for some seconds. */
  private static final List<String> UNSETTLED = List.of("sysctl", "neighbour", "address", "link");

  private final Side side;
  private final List<Seat> seats;
  private final NodeState node;
  private final NodeState pod;
  private final Map<String, Long> leases = new HashMap<>();

  private Residue(Side side, Workload workload, int pods) {
    this.side = side;
    this.seats = side.node().seats(pods);
    this.node = NodeState.without(UNSETTLED, side.node().node());
    this.pod = NodeState.of(seats.get(0).namespace());
    for (Network network : workload.networks()) {
      leases.put(network.name(), side.leases().held(network.name()));
    }
  }

  /** To be called when bridges exist, which stay by design. */
  static Residue before(Side side, Workload workload, int pods) {
    return new Residue(side, workload, pods);
  }

  /** Quick: no link in any pod, no lease more than before. */
  void requireBarePods() {
    for (Seat seat : seats) {
      JsonNode links = seat.namespace().ip("link show");
      if (links.size() != 1) {
        throw new BrokenRowException(
            "%s: left in %s: %s".formatted(side.name(), seat.namespace(), links));
      }
    }
    leases.forEach(this::requireLeases);
  }

  private void requireLeases(String network, long before) {
    long held = side.leases().held(network);
    if (held != before) {
      throw new BrokenRowException(
          "%s: %d leases of %s held, before %d".formatted(side.name(), held, network, before));
    }
  }

  /** Whole: the independent picture of node and pod. */
  void requireNone() {
    requireBarePods();
    String differences =
        NodeState.without(UNSETTLED, side.node().node()).since(node)
            + NodeState.of(seats.get(0).namespace()).since(pod);
    List<String> real = withoutCarrier(differences);
    if (!real.isEmpty()) {
      throw new BrokenRowException(
          "%s: left behind:%n%s".formatted(side.name(), String.join("\n", real)));
    }
  }

  /** The routes of a bridge without ports say so, but only after a second. */
  private static List<String> withoutCarrier(String differences) {
    List<String> lines = differences.lines().map(line -> line.replace("\"linkdown\"", "")).toList();
    return lines.stream().filter(line -> !lines.contains(opposite(line))).toList();
  }

  private static String opposite(String line) {
    return (line.startsWith("+") ? "-" : "+") + line.substring(1);
  }
}
