package io.myriapod.agent.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import org.junit.jupiter.api.Test;

/** Read by graphviz itself. */
@InNamespaces(programs = {"dot"})
class DotDrawingIT {
  private static Result drawn(Topology topology) {
    return Command.of("dot", "-Tplain").withStdin(DotDrawing.of(topology)).attempt().orThrow();
  }

  @Test
  void of_theSample_hasAllNodesAndNoComplaint() {
    Result drawn = drawn(Sample.telco());

    assertEquals("", drawn.err());
    Graph graph = Graph.of(Sample.telco());
    assertEquals(
        graph.boxes().size(), drawn.out().lines().filter(line -> line.startsWith("node ")).count());
    assertEquals(
        graph.wires().size(), drawn.out().lines().filter(line -> line.startsWith("edge ")).count());
    assertEquals(DotDrawing.of(Sample.telco()), DotDrawing.of(Sample.telco()));
  }

  @Test
  void of_hostileNames_isRead() {
    assertTrue(drawn(Sample.hostile()).out().contains("node "));
    assertEquals("", drawn(Sample.crowd(200, 70)).err());
  }
}
