package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Typed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The node at a glance, with an agent and without. */
@InNamespaces(kinds = {"macvlan"})
class StatusCommandIT {
  private static List<String> lines(Result status) {
    return status.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  @Test
  void status_agentRunsAndIsKilled_tellsOfPodsFailuresAndWhatWaits() {
    try (PodNode node = PodNode.of(NetworkKind.MACVLAN, 2, 1).configured(AgentHttp.SECTION)) {
      AgentProcess agent = node.start();
      node.sandbox(0).run("ADD");
      assertEquals(1, node.sandbox(1).attempt("ADD").exitCode(), "there is one address");

      Result ready = Typed.at(node.root(), "status");

      assertEquals(0, ready.exitCode(), ready::err);
      List<String> lines = lines(ready);
      assertTrue(lines.contains("ready yes"), ready.out());
      String url = new AgentHttp(node.netns(), node.root()).url();
      assertTrue(lines.contains("http " + url), ready.out());
      assertTrue(lines.contains("pods 1 with 2 interfaces"), ready.out());
      assertTrue(lines.contains("e2e/second-0 1 interface of 1 pod"), ready.out());
      assertTrue(lines.contains("spool empty"), ready.out());
      assertTrue(lines.contains("queue 0 adding, 0 waiting; 0 removing, 0 waiting"), ready.out());
      assertTrue(
          lines.stream().anyMatch(line -> line.matches("20.*Z ADD of e2e/pod-1: code \\d+: .*")),
          ready.out());
      JsonNode json = Typed.at(node.root(), "status", "-o", "json").orThrow().json();
      assertEquals(agent.pid(), json.at("/agent/pid").asLong());
      assertEquals(2, json.at("/journal/records").asInt());

      agent.kill();
      node.tellShim("delConnectMillis=50");
      node.sandbox(0).run("DEL");
      Result absent = Typed.at(node.root(), "status");

      assertEquals(1, absent.exitCode());
      assertTrue(
          lines(absent).contains("agent none runs; what follows is what its files say"),
          absent.out());
      assertTrue(lines(absent).contains("pods 1 with 2 interfaces"), absent.out());
      assertTrue(lines(absent).contains("spool DELs still to be done: 1"), absent.out());
      assertTrue(absent.out().contains("ADD of e2e/pod-1: code "), absent.out());
    }
  }
}
