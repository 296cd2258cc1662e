package io.myriapod.agent.missed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.NodePods;
import io.myriapod.kubernetes.Pod;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with the pod {@code shop/web}, which asks for networks {@code a}, and {@code b}. */
class MissedAttachmentsTest {
  private static final Instant BOOT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Optional<Instant> RUNS = Optional.of(BOOT.plusSeconds(60));
  private static final String NETWORKS = "k8s.v1.cni.cncf.io/networks";

  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();
  private final Map<String, String> annotations = new HashMap<>(Map.of(NETWORKS, "a,b"));
  private Journal journal;
  private MissedAttachments missed;
  private NodePod web;
  private boolean isKnown = true;

  @BeforeEach
  void open() {
    open("boot1");
    web = pod(false, true, RUNS);
  }

  private void open(String boot) {
    journal = Journal.open(folder, boot, file -> () -> {}, PhaseListener.NONE);
    NodePods pods =
        () -> {
          if (!isKnown) {
            throw new ClusterException("list the pods: they are not watched now");
          }
          return List.of(web);
        };
    missed = new MissedAttachments(journal, pods, this::tell, () -> BOOT);
  }

  private void tell(Event event) {
    told.add("%s %s".formatted(event.subject().orElseThrow(), event.message()));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private NodePod pod(boolean hostNetwork, boolean reported, Optional<Instant> runningSince) {
    Pod pod = new Pod("shop", "web", Optional.of("u1"), annotations);
    return new NodePod(pod, hostNetwork, reported, runningSince);
  }

  private OpenRecord begin(String container, String uid, String definition, String name) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.put("definition", definition).put("sandboxInterface", "eth0");
    facts.putObject("pod").put("namespace", "shop").put("name", "web").put("uid", uid);
    return journal.begin(
        new AttachmentKey(new ContainerId(container), new InterfaceName(name)), facts);
  }

  private void attached(String container, String definition, String name) {
    try (OpenRecord record = begin(container, "u1", definition, name)) {
      record.done();
    }
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      missed.look();
    }
  }

  private void assertNothingFound() throws IOException {
    look(5);
    assertEquals(List.of(), told);
    assertEquals(List.of(), series());
  }

  private List<String> series() throws IOException {
    AgentMetrics metrics = new AgentMetrics();
    missed.showIn(metrics);
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.write(page);
    return page.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("myriapod_attachment_differences{"))
        .map(line -> line.replace("myriapod_attachment_differences", ""))
        .sorted()
        .toList();
  }

  @Test
  void look_podThatNobodyAttached_isToldOnceAfterThreeLooks() throws IOException {
    look(2);
    assertEquals(List.of(), told);
    look(5);

    assertEquals(1, told.size());
    assertTrue(
        told.get(0).contains("shop/web") && told.get(0).contains("\"shop/a\", \"shop/b\""),
        told.get(0));
    assertEquals(
        List.of(
            "{network=\"shop/a\",reason=\"pod_unknown\"} 1.0",
            "{network=\"shop/b\",reason=\"pod_unknown\"} 1.0"),
        series());
  }

  @Test
  void look_podThatLacksOneNetwork_isToldThatOneAndNotAgainWhenAnotherComes() throws IOException {
    attached("c1", "default", "eth0");
    attached("c1", "shop/a", "net1");
    look(4);
    annotations.put(NETWORKS, "a,b,c@ext0");
    web = pod(false, true, RUNS);
    look(4);

    assertEquals(2, told.size());
    assertTrue(told.get(0).contains("without \"shop/b\","), told.get(0));
    assertTrue(told.get(1).contains("without \"shop/c\" as ext0,"), told.get(1));
    assertEquals(2, series().size());
  }

  @Test
  void look_lackThatEndedAndCameAgain_isToldAgain() {
    look(3);
    NodePod without = web;
    web = pod(false, true, Optional.empty());
    look(1);
    web = without;
    look(3);

    assertEquals(2, told.size());
  }

  @Test
  void look_networkUnderAnotherName_isMissed() throws IOException {
    annotations.put(NETWORKS, "a@one,a");
    web = pod(false, true, RUNS);
    attached("c1", "shop/a", "net1");
    attached("c1", "shop/a", "net2");

    look(3);

    assertEquals(1, told.size());
    assertTrue(told.get(0).contains("\"shop/a\" as one"), told.get(0));
    assertEquals(
        List.of(
            "{network=\"shop/a\",reason=\"not_attached\"} 1.0",
            "{network=\"shop/a\",reason=\"not_named\"} 1.0"),
        series());
  }

  @Test
  void look_allAttached_findsNothing() throws IOException {
    annotations.put(NETWORKS, "b,a,b@two");
    web = pod(false, true, RUNS);
    attached("c1", "shop/b", "eth0");
    attached("c1", "shop/a", "net2");
    attached("c1", "shop/b", "two");
    attached("c1", "shop/b", "net1");

    assertNothingFound();
  }

  @Test
  void look_attachmentThatNobodyNames_isCountedAndNotTold() throws IOException {
    attached("c1", "shop/a", "net1");
    attached("c1", "shop/b", "net2");
    attached("c1", "shop/c", "net3");

    look(5);

    assertEquals(List.of(), told);
    assertEquals(List.of("{network=\"shop/c\",reason=\"not_named\"} 1.0"), series());
  }

  @Test
  void look_annotationThatCannotBeRead_isToldWithoutASeriesOfItsOwn() throws IOException {
    annotations.put(NETWORKS, "[{\"name\": 5}]");
    web = pod(false, true, RUNS);

    look(4);

    assertEquals(1, told.size());
    assertEquals(List.of("{network=\"\",reason=\"unreadable\"} 1.0"), series());
  }

  @Test
  void look_networksOfAnotherMetaPlugin_areNotMissed() throws IOException {
    annotations.put(
        "k8s.v1.cni.cncf.io/network-status", "[{\"name\":\"shop/a\"},{\"name\":\"shop/b\"}]");
    web = pod(false, true, RUNS);

    assertNothingFound();
  }

  @Test
  void look_hostNetwork_findsNothing() throws IOException {
    web = pod(true, true, RUNS);

    assertNothingFound();
  }

  @Test
  void look_podThatDoesNotRun_findsNothing() throws IOException {
    web = pod(false, true, Optional.empty());
    attached("c1", "shop/a", "net1");

    assertNothingFound();
  }

  @Test
  void look_manifestOfNoSandbox_findsNothing() throws IOException {
    web = pod(false, false, Optional.empty());

    assertNothingFound();
  }

  @Test
  void look_manifestOfASandboxThatLacksANetwork_isTold() {
    web = pod(false, false, Optional.empty());
    attached("c1", "shop/a", "net1");

    look(3);

    assertEquals(1, told.size());
  }

  @Test
  void look_addUnderWay_findsNothing() throws IOException {
    attached("c1", "default", "eth0");
    try (OpenRecord record = begin("c1", "u1", "shop/a", "net1")) {
      assertNothingFound();
      record.done();
    }
  }

  @Test
  void look_afterReboot_whatTheKubeletSaidBeforeIsOutOfDate() throws IOException {
    attached("c1", "shop/a", "net1");
    journal.close();
    open("boot2");
    web = pod(false, true, Optional.of(BOOT.minusSeconds(1)));

    assertNothingFound();
  }

  @Test
  void look_olderSandboxOfThePod_doesNotCount() {
    attached("c1", "shop/a", "net1");
    attached("c1", "shop/b", "net2");
    attached("c2", "shop/a", "net1");

    look(3);

    assertEquals(1, told.size());
    assertTrue(told.get(0).contains("without \"shop/b\","), told.get(0));
  }

  @Test
  void look_recordsOfAnotherPodOfThatName_doNotCount() {
    try (OpenRecord record = begin("c1", "u0", "shop/a", "net1")) {
      record.done();
    }

    look(3);

    assertTrue(told.get(0).contains("\"shop/a\", \"shop/b\""), told.get(0));
  }

  @Test
  void look_podsAreNotKnown_saysAndForgetsNothing() {
    isKnown = false;
    look(5);
    assertEquals(List.of(), told);
    isKnown = true;
    look(3);
    isKnown = false;
    look(5);
    isKnown = true;
    look(3);

    assertEquals(1, told.size());
  }
}
