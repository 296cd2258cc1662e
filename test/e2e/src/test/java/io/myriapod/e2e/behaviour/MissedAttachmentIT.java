package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.e2e.node.ApiNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of which some pods run without what their annotations ask for. */
@InNamespaces(kinds = {"veth", "macvlan"})
class MissedAttachmentIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final String REASON = "MissedAttachment";
  private static final String NETWORK =
      """
      {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
       "metadata": {"name": "%s", "namespace": "shop"},
       "spec": {"config": "{\\"cniVersion\\": \\"1.0.0\\", \\"type\\": \\"macvlan\\", \\"master\\": \\"parent0\\"}"}}
      """;

  @TempDir private Path root;

  private static String pod(String name, String networks, String spec, String phase) {
    return """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%1$s", "namespace": "shop", "uid": "uid-%1$s",
                      "annotations": {"k8s.v1.cni.cncf.io/networks": "%2$s"}},
         "spec": {%3$s "nodeName": "worker-1", "containers": [{"name": "app", "image": "i"}]},
         "status": {"phase": "%4$s",
                    "containerStatuses": [{"state": {"running": {"startedAt": "%5$s"}}}]}}
        """
        .formatted(name, networks, spec, phase, Instant.now());
  }

  private static List<String> told(AgentProcess agent, String pod) {
    return agent
        .log()
        .lines()
        .filter(line -> line.contains("look at pod \"shop/" + pod + "\""))
        .toList();
  }

  private static List<String> podsOfEvents(ApiNode node) {
    return List.copyOf(
        new TreeSet<>(
            node.api().events().stream()
                .filter(event -> event.path("reason").asText().equals(REASON))
                .map(event -> event.at("/involvedObject/name").asText())
                .toList()));
  }

  private static boolean isCounted(ApiNode node, String series) {
    return node.metrics().lines().anyMatch(("myriapod_attachment_differences" + series)::equals);
  }

  @Test
  void runningPods_thatLackNetworks_areToldOnceAndCountedAndNoOthersAlsoAfterARestart(
      Netns half, Netns whole) throws IOException {
    try (ApiNode node = new ApiNode(root, "sweepSeconds: 1\n")) {
      node.api().put(NETWORK.formatted("storage"));
      node.api().put(NETWORK.formatted("voice"));
      node.api().put(pod("half", "storage", "", "Running"));
      node.api().put(pod("whole", "storage,voice", "", "Running"));
      AgentProcess agent = node.start();
      node.sandbox("half", half).run("ADD");
      node.sandbox("whole", whole).run("ADD");
      node.api().put(pod("half", "storage,voice", "", "Running"));
      node.api().put(pod("stray", "storage", "", "Running"));
      node.api().put(pod("nodes-own", "storage", "\"hostNetwork\": true,", "Running"));
      node.api().put(pod("ended", "storage", "", "Succeeded"));
      node.api().put(pod("starts", "storage", "", "Pending"));

      Waiting.until(
          LONGEST, "the events", () -> podsOfEvents(node).equals(List.of("half", "stray")));
      Waiting.until(
          LONGEST,
          "the metric",
          () ->
              isCounted(node, "{network=\"shop/voice\",reason=\"not_attached\"} 1.0")
                  && isCounted(node, "{network=\"shop/storage\",reason=\"pod_unknown\"} 1.0"));
      assertEquals(1, told(agent, "half").size());
      assertEquals(1, told(agent, "stray").size());
      assertTrue(told(agent, "half").get(0).contains("without \"shop/voice\","));

      agent.kill();
      AgentProcess next = node.start();
      Waiting.until(
          LONGEST,
          "the next agent's findings",
          () -> told(next, "half").size() == 2 && told(next, "stray").size() == 2);
      assertEquals(List.of("half", "stray"), podsOfEvents(node));
      next.close();
    }
  }
}
