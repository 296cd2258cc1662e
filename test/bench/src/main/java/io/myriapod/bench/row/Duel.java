package io.myriapod.bench.row;

import io.myriapod.bench.node.OurAgent;
import io.myriapod.bench.node.Side;
import java.util.List;

/** The two sides, and how often they are measured in turn. */
public record Duel(Side ours, Side peer, OurAgent agent, int pairs) {
  /** Both, the one that begins changing from pair to pair. */
  List<Side> inTurn(int pair) {
    return pair % 2 == 0 ? List.of(ours, peer) : List.of(peer, ours);
  }
}
