package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full node of a cluster: many pods at once, and an agent that is killed in the midst. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@InNamespaces(kinds = {"veth", "bridge", "macvlan"})
class ManyPodsIT {
  private static final int PODS = 500;
  private static final int AT_ONCE = 50;

  /** 160 MiB, resident at any moment; docs/performance.md has what was seen. */
  private static final int MOST_KIB = 160 << 10;

  private static final Duration LONGEST = Duration.ofSeconds(100);
  private static final List<String> NETWORKS = List.of("storage", "voice", "radio");
  private static final Set<String> INTERFACES = Set.of("eth0", "lo", "net1", "net2", "net3");
  private static final String STATUS = "k8s.v1.cni.cncf.io/network-status";
  private static final String CONFIG =
      """
      {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "delegates": [
        {"cniVersion": "1.0.0", "name": "pods", "plugins": [
          {"type": "bridge", "bridge": "pods0", "isDefaultGateway": true,
           "ipam": {"type": "host-local", "subnet": "10.80.0.0/16"}}]}]}
      """;
  private static final String NETWORK =
      """
      {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
       "metadata": {"name": "%s", "namespace": "shop"},
       "spec": {"config": "{\\"cniVersion\\": \\"1.0.0\\", \\"type\\": \\"macvlan\\", \\"master\\": \\"parent0\\", \\"ipam\\": {\\"type\\": \\"host-local\\", \\"subnet\\": \\"10.%d.0.0/16\\"}}"}}
      """;
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "%1$s", "namespace": "shop", "uid": "uid-%1$s",
                    "annotations": {"k8s.v1.cni.cncf.io/networks": "%2$s"}},
       "spec": {"nodeName": "worker-1", "containers": [{"name": "app", "image": "i"}]}}
      """;

  @TempDir private Path root;
  private ApiNode node;
  private AgentProcess agent;
  private final List<Netns> pods = new ArrayList<>();
  private final List<Long> peaksInKib = new ArrayList<>();

  private void open() throws IOException {
    node = new ApiNode(root, "");
    int number = 81;
    for (String network : NETWORKS) {
      node.api().put(NETWORK.formatted(network, number++));
    }
    for (int i = 0; i < PODS; i++) {
      node.api().put(POD.formatted("pod-" + i, String.join(",", NETWORKS)));
      pods.add(Netns.create("pod"));
    }
    agent = node.start();
  }

  private void close() {
    agent.close();
    pods.forEach(Netns::close);
    node.close();
  }

  private Sandbox sandbox(int pod) {
    return node.sandbox(CONFIG, "pod-" + pod, pods.get(pod));
  }

  /** As a runtime does that is told to start or stop all pods, some at once. */
  private List<Result> runForAll(String verb, int... killedAfter) throws Exception {
    AtomicInteger done = new AtomicInteger();
    ExecutorService runtime = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Result>> calls =
          IntStream.range(0, PODS)
              .mapToObj(pod -> runtime.submit(() -> run(verb, pod, done)))
              .toList();
      for (int some : killedAfter) {
        Waiting.until(LONGEST, some + " calls of " + verb, () -> done.get() >= some);
        noteMemory();
        agent.kill();
        agent = node.start();
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> call : calls) {
        results.add(call.get());
      }
      return results;
    } finally {
      runtime.shutdownNow();
    }
  }

  private Result run(String verb, int pod, AtomicInteger done) {
    try (RunningCall call = sandbox(pod).start(verb)) {
      return call.await();
    } finally {
      done.incrementAndGet();
    }
  }

  private void noteMemory() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + agent.pid() + "/status"))) {
      lines
          .filter(line -> line.startsWith("VmHWM:"))
          .forEach(line -> peaksInKib.add(Long.parseLong(line.replaceAll("[^0-9]", ""))));
    }
  }

  /** The links in each pod's namespace, by its name. */
  private Map<String, Set<String>> links() {
    String names = pods.stream().map(Netns::name).collect(Collectors.joining("\n"));
    String script = "while read n; do echo $n $(ip -n $n -br link | sed 's/[@ ].*//'); done";
    Map<String, Set<String>> links = new TreeMap<>();
    Command.of("sh", "-c", script)
        .within(LONGEST)
        .withStdin(names + "\n")
        .run()
        .out()
        .lines()
        .map(line -> line.split(" "))
        .forEach(
            words ->
                links.put(words[0], new TreeSet<>(Arrays.asList(words).subList(1, words.length))));
    return links;
  }

  private Map<String, Long> journal() {
    return Journal.read(root.resolve("var/lib/myriapod/journal")).stream()
        .map(AttachmentRecord::key)
        .collect(Collectors.groupingBy(key -> key.container().value(), Collectors.counting()));
  }

  private long files(String folder, String pattern) throws IOException {
    Path path = root.resolve(folder);
    if (!Files.isDirectory(path)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).count();
    }
  }

  private boolean isPublished(int pod) {
    return node.api()
        .pod("shop", "pod-" + pod)
        .orElseThrow()
        .at("/metadata/annotations")
        .path(STATUS)
        .asText()
        .contains("\"interface\":\"net3\"");
  }

  /** All or nothing of each pod. */
  private void assertWholeOrAbsent(List<Result> results) throws IOException {
    Map<String, Set<String>> links = links();
    Map<String, Long> journal = journal();
    int attached = 0;
    for (int i = 0; i < PODS; i++) {
      Result result = results.get(i);
      Set<String> seen = links.get(pods.get(i).name());
      long records = journal.getOrDefault("sandbox-shop-pod-" + i, 0L);
      int pod = i;
      if (result.ok()) {
        attached++;
        assertEquals(INTERFACES, seen, "pod-" + i);
        assertEquals(4, records, "pod-" + i);
        Waiting.until(LONGEST, "the status of pod-" + i, () -> isPublished(pod));
      } else {
        assertTrue(result.out().contains("\"code\":"), result.toString());
        assertEquals(Set.of("lo"), seen, result.toString());
        assertEquals(0, records, result.toString());
      }
    }
    assertEquals(4L * attached, files("var/lib/cni/networks", "10[.0-9]+"), "leases");
    assertTrue(attached > PODS / 2, attached + " pods are attached");
  }

  private void assertNothingLeft() throws IOException {
    links().forEach((pod, links) -> assertEquals(Set.of("lo"), links, pod));
    assertEquals(Map.of(), journal());
    assertEquals(0, files("var/lib/cni/networks", "10[.0-9]+"), "leases");
    assertEquals(0, files("var/lib/myriapod/spool", "[0-9].*"), "the spool");
    assertEquals(
        Set.of("lo", "parent0", "wire0", "pods0"),
        Set.copyOf(node.netns().ip("link show").findValuesAsText("ifname")));
  }

  @Test
  void fiveHundredPods_withTheAgentKilledTwiceMeanwhile_areWholeOrAbsentAndLeaveNothing(
      TestReporter figures) throws Exception {
    try {
      open();
      assertWholeOrAbsent(runForAll("ADD", PODS / 4, PODS / 2));
      noteMemory();
      List<Result> deleted = runForAll("DEL", PODS / 2);
      noteMemory();

      figures.publishEntry("peaks of the agents in KiB", peaksInKib.toString());
      deleted.forEach(Result::orThrow);
      Waiting.until(
          LONGEST, "the spool's end", () -> files("var/lib/myriapod/spool", "[0-9].*") == 0);
      assertNothingLeft();
      assertTrue(
          peaksInKib.stream().allMatch(peak -> peak <= MOST_KIB), "peaks in KiB: " + peaksInKib);
    } finally {
      close();
    }
  }
}
