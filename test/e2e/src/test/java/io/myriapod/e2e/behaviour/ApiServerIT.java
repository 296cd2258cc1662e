package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.e2e.node.ApiNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.ApiRequest;
import io.myriapod.fixtures.apiserver.ApiServer;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.MetricsPage;
import io.myriapod.fixtures.node.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node of a cluster: pods and networks come from an API server, which grants what its role does.
 */
@InNamespaces(kinds = {"veth", "macvlan"})
class ApiServerIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATUS = "k8s.v1.cni.cncf.io/network-status";
  private static final String NETWORK =
      """
      {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
       "metadata": {"name": "storage", "namespace": "shop"},
       "spec": {"config": "{\\"cniVersion\\": \\"1.0.0\\", \\"type\\": \\"macvlan\\", \\"master\\": \\"parent0\\", \\"ipam\\": {\\"type\\": \\"host-local\\", \\"subnet\\": \\"10.84.0.0/24\\"}}"}}
      """;
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "%1$s", "namespace": "shop", "uid": "uid-%1$s",
                    "annotations": {"k8s.v1.cni.cncf.io/networks": "storage"}},
       "spec": {"nodeName": "worker-1", "containers": [{"name": "app", "image": "example.org/app:1"}]}}
      """;

  @TempDir private static Path root;
  private static ApiNode node;
  private static ApiServer api;
  private static AgentProcess agent;

  @BeforeAll
  static void open() throws IOException {
    node = new ApiNode(root, "hotplug: true\n");
    api = node.api();
    api.put(NETWORK);
    api.put(POD.formatted("first")); // listed before the first ADD, and so in the cache
    agent = node.start();
  }

  @AfterAll
  static void close() {
    agent.close();
    node.close();
  }

  @BeforeEach
  void forgetRequests() {
    api.clearRequests();
  }

  private static Optional<JsonNode> status(String pod) throws IOException {
    JsonNode stored =
        api.pod("shop", pod).orElseThrow().path("metadata").path("annotations").path(STATUS);
    return stored.isMissingNode() ? Optional.empty() : Optional.of(JSON.readTree(stored.asText()));
  }

  private static String address(Netns pod) {
    return pod.addresses("net1").stream()
        .filter(address -> address.startsWith("10.84."))
        .map(address -> address.replace("/24", ""))
        .findFirst()
        .orElseThrow();
  }

  /** But watches, and events of other pods, which may come late. */
  private static List<String> asked(String pod) {
    return api.requests().stream()
        .filter(request -> !request.verb().equals("watch"))
        .filter(
            request ->
                !request.is("create", "events")
                    || request.body().contains("\"name\":\"%s\"".formatted(pod)))
        .map(request -> request.verb() + " " + request.resource())
        .sorted()
        .toList();
  }

  private static boolean hasEvent(String pod) {
    return api.events().stream()
        .anyMatch(
            event ->
                event.at("/involvedObject/name").asText().equals(pod)
                    && event.path("reason").asText().equals("AddedInterface"));
  }

  @Test
  void pod_ofTheCluster_isAttachedForTwoRequestsAndDetachedForNone(Netns pod) throws IOException {
    Sandbox sandbox = node.sandbox("first", pod);

    Sandbox attached = sandbox.after(sandbox.run("ADD"));
    Waiting.until(SOON, "the event", () -> hasEvent("first"));

    JsonNode status = status("first").orElseThrow();
    assertEquals(
        List.of("pods", "shop/storage"),
        StreamSupport.stream(status.spliterator(), false)
            .map(network -> network.path("name").asText())
            .toList());
    assertEquals(address(pod), status.at("/1/ips/0").asText());
    assertEquals(List.of("create events", "patch pods/status"), asked("first"));
    api.clearRequests();
    attached.run("DEL");
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), asked("first"));
    assertMetricsAreDocumented();
  }

  private static void assertMetricsAreDocumented() {
    String page = node.metrics();
    Set<String> told = MetricsPage.documented();
    told.removeIf(series -> !series.startsWith("myriapod_api_"));
    Set<String> shown = MetricsPage.series(page);
    shown.removeIf(series -> !series.startsWith("myriapod_api_"));
    assertEquals(told, shown);
  }

  @Test
  void apiServer_isAway_knownPodsAreAttachedOthersAreToBeTriedAgainAndAllAreDetached(
      Netns known, Netns unknown) throws IOException {
    api.put(POD.formatted("known"));
    Sandbox sandbox = node.sandbox("known", known);
    Waiting.until(SOON, "the pod in the agent's cache", () -> isCached("known"));
    api.stop();

    Result refused = node.sandbox("unknown", unknown).attempt("ADD");
    Sandbox attached = sandbox.after(sandbox.run("ADD"));
    assertTrue(known.hasLink("net1"));
    assertTrue(refused.out().contains("\"code\":11"), refused.out());
    assertEquals(List.of("lo"), unknown.ip("link show").findValuesAsText("ifname"));
    agent.kill();
    agent = node.startUnwatched();
    node.startApiAgain();
    Waiting.until(
        SOON,
        "the status that the killed agent owed",
        () -> status("known").orElseThrow().at("/1/ips/0").asText().equals(address(known)));
    api.stop();
    attached.run("DEL");

    assertFalse(known.hasLink("net1"));
    node.startApiAgain();
    node.awaitWatches();
  }

  @Test
  void annotation_ofARunningPodChanges_isFollowedForTwoRequestsEach(Netns pod) throws IOException {
    api.put(POD.formatted("changing").replace("\"storage\"", "\"\""));
    Sandbox sandbox = node.sandbox("changing", pod);
    Sandbox attached = sandbox.after(sandbox.run("ADD"));
    Waiting.until(SOON, "the event", () -> hasEvent("changing"));
    api.clearRequests();

    api.put(POD.formatted("changing"));
    Waiting.until(
        SOON, "the status", () -> names("changing").equals(List.of("pods", "shop/storage")));
    Waiting.until(SOON, "the event", () -> asked("changing").contains("create events"));

    assertEquals(address(pod), status("changing").orElseThrow().at("/1/ips/0").asText());
    assertEquals(List.of("create events", "patch pods/status"), asked("changing"));
    api.put(POD.formatted("changing").replace("\"storage\"", "\"\""));
    Waiting.until(SOON, "the status", () -> names("changing").equals(List.of("pods")));
    assertFalse(pod.hasLink("net1"));
    attached.run("DEL");
  }

  private static List<String> names(String pod) throws IOException {
    return status(pod).map(list -> list.findValuesAsText("name")).orElse(List.of());
  }

  /** It is once an ADD is done for which nobody asks for it. */
  private static boolean isCached(String pod) {
    try (Netns netns = Netns.create("probe")) {
      api.clearRequests();
      Sandbox probe = node.sandbox(pod, netns);
      probe.after(probe.run("ADD")).run("DEL");
      return api.requests().stream().noneMatch(request -> isGetOf(request, pod));
    }
  }

  private static boolean isGetOf(ApiRequest request, String pod) {
    return request.is("get", "pods") && request.name().equals(Optional.of(pod));
  }
}
