package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecordedCall;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.RunningCall;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No agent on the node: nothing is attached, and what is detached is written down. */
@InNamespaces(
    kinds = {"macvlan"},
    programs = {"jq", "nft"})
class AbsentAgentIT {
  /** There is one address, so the second pod can only have it once the first one's is free. */
  @Test
  void delete_withAgentAbsent_isDoneBeforeTheNextAdd() {
    try (PodNode node = PodNode.of(NetworkKind.MACVLAN, 2, 1)) {
      PodNode.Picture before = node.warmedUp();
      var former = node.start();
      String address = address(node.sandbox(0).run("ADD"));
      former.kill();
      node.tellShim("delConnectMillis=50");

      node.sandbox(0).run("DEL");
      assertEquals(1, node.spooled().size());
      try (RunningCall add = node.sandbox(1).start("ADD")) {
        node.start();
        assertEquals(address, address(add.await().orThrow()));
      }

      node.sandbox(1).run("DEL");
      node.assertNothingLeftSince(before);
    }
  }

  @Test
  void delete_withAgentAbsent_reachesTheForeignPluginBeforeTheNextAdd() {
    try (PodNode node = PodNode.of(NetworkKind.FOREIGN, 2)) {
      var former = node.start();
      node.sandbox(0).run("ADD");
      former.kill();
      node.tellShim("delConnectMillis=50");

      node.sandbox(0).run("DEL");
      try (RunningCall add = node.sandbox(1).start("ADD")) {
        node.start();
        add.await().orThrow();
      }

      assertEquals(
          List.of("ADD", "ADD", "DEL", "DEL", "ADD", "ADD"),
          node.recorder().calls().stream()
              .map(RecordedCall::verb)
              .filter(verb -> !verb.equals("VERSION"))
              .toList());
    }
  }

  @Test
  void addAndCheck_withAgentAbsent_failClosed() {
    try (PodNode node = PodNode.of(NetworkKind.MACVLAN, 1)) {
      PodNode.Picture before = node.warmedUp();
      node.tellShim("addConnectMillis=50");
      node.tellShim("checkConnectMillis=50");

      for (String verb : List.of("ADD", "CHECK")) {
        Result result = node.sandbox(0).attempt(verb);
        assertFalse(result.ok());
        assertEquals(11, result.json().path("code").asInt(), result.out());
      }

      node.assertNothingLeftSince(before);
    }
  }

  private static String address(Result add) {
    return add.json().path("ips").path(0).path("address").asText();
  }
}
