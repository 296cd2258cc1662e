package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.journal.AttachmentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that sweeps every second and does not see all namespaces, or none. */
@InNamespaces(
    kinds = {"macvlan"},
    programs = {"jq", "nft", "mount", "nsenter", "umount", "unshare"})
class HiddenNamespacesIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int SWEEPS = 4; // one more than it takes to believe in a death
  private static final String NOTHING_TOUCHED = "nothing is touched";
  private static final List<String> WITHOUT_NAMESPACES =
      List.of(
          "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /run/netns && exec \"$@\"", "sh");

  private static final List<String> OWN_MOUNTS = List.of("unshare", "--mount");
  private static final Duration BETWEEN_THREE = Duration.ofSeconds(2);

  private static PodNode node(int pods) {
    return PodNode.of(NetworkKind.MACVLAN, pods)
        .configured(AgentHttp.SECTION + "sweepSeconds: 1\n");
  }

  private static void add(PodNode node, int pods) {
    IntStream.range(0, pods).forEach(pod -> node.sandbox(pod).run("ADD"));
  }

  private static void awaitSweeps(AgentProcess agent) {
    Waiting.until(
        LONGEST,
        "sweeps that touch nothing",
        () -> agent.log().lines().filter(line -> line.contains(NOTHING_TOUCHED)).count() >= SWEEPS);
  }

  private static List<String> keys(PodNode node) {
    return node.journal().stream().map(AttachmentRecord::key).map(Object::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void start_withNamespacesHidden_touchesNothing(int pods) {
    try (PodNode node = node(pods)) {
      PodNode.Picture before = node.warmedUp();
      AgentProcess former = node.start();
      add(node, pods);
      former.kill();
      PodNode.Picture attached = node.picture();
      List<String> keys = keys(node);

      AgentProcess blind = node.launch(WITHOUT_NAMESPACES).awaitReady();
      awaitSweeps(blind);

      assertEquals(keys, keys(node));
      assertEquals(pods, node.statuses().size());
      node.assertSameAs(attached);
      blind.close();
      node.start();
      IntStream.range(0, pods).forEach(pod -> node.sandbox(pod).run("DEL"));
      node.assertNothingLeftSince(before);
    }
  }

  @Test
  void start_withUnfinishedAddAndNamespacesHidden_touchesNothing() {
    try (PodNode node = node(1)) {
      PodNode.Picture before = node.warmedUp();
      HeldPoint point = HeldPoint.of(node.root(), "FACT_RECORDED");
      AgentProcess former = node.start(point.options());
      try (RunningCall add = node.sandbox(0).start("ADD")) {
        point.await(add::hasEnded);
        former.kill();
      }
      PodNode.Picture half = node.picture();
      List<String> keys = keys(node);

      AgentProcess blind = node.launch(WITHOUT_NAMESPACES).awaitReady();
      awaitSweeps(blind);

      assertEquals(keys, keys(node));
      node.assertSameAs(half);
      blind.close();
      node.start();
      node.assertNothingLeftSince(before);
    }
  }

  @Test
  void sweep_oneNamespaceOfFiveIsGone_undoesItsAttachments() {
    try (PodNode node = node(5)) {
      node.start();
      add(node, 5);

      node.removePod(2);

      Waiting.until(LONGEST, "the records' end", () -> node.journal().size() == 8);
      assertFalse(keys(node).stream().anyMatch(key -> key.contains("pod-2")));
      assertEquals(4, node.leases("first").size());
      assertEquals(4, node.leases("second").size());
      assertEquals(4, node.statuses().size());
    }
  }

  @Test
  void sweep_twoNamespacesOfFiveAreGone_touchesNothing() {
    try (PodNode node = node(5)) {
      AgentProcess agent = node.start();
      add(node, 5);

      node.removePod(2);
      node.removePod(3);
      awaitSweeps(agent);

      assertEquals(10, node.journal().size());
      assertEquals(5, node.leases("first").size());
      assertEquals(5, node.statuses().size());
      assertEquals(1, node.events("NamespacesNotSeen").size());
    }
  }

  /** The agent sees something else at the path of the pod's namespace; nobody else does. */
  private static void hide(AgentProcess agent, PodNode node, int pod) {
    inMountsOf(agent, "mount", "--bind", "/dev/null", node.pod(pod).path().toString());
  }

  private static void inMountsOf(AgentProcess agent, String... words) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("nsenter", "--mount=/proc/" + agent.pid() + "/ns/mnt"));
    all.addAll(List.of(words));
    Command.of(all.toArray(String[]::new)).run();
  }

  private static long refused(PodNode node) {
    return new AgentHttp(node.netns(), node.root())
        .get("metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("myriapod_sweeps_refused_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  @Test
  void sweep_oneNamespaceOfFourIsHidden_actsAfterThreeSweepsOnItAlone() {
    try (PodNode node = node(4)) {
      IntStream.range(0, 4).forEach(node::pod); // those made later are not among its mounts
      AgentProcess agent = node.launch(OWN_MOUNTS).awaitReady();
      add(node, 4);
      long hidden = System.nanoTime();
      hide(agent, node, 2);

      Waiting.until(LONGEST, "the records' end", () -> node.journal().size() == 6);
      Duration passed = Duration.ofNanos(System.nanoTime() - hidden);

      assertTrue(passed.compareTo(BETWEEN_THREE) >= 0, "acted after " + passed);
      assertFalse(keys(node).stream().anyMatch(key -> key.contains("pod-2")));
      assertEquals(3, node.leases("first").size());
      assertEquals(3, node.statuses().size());
      assertEquals(0, node.events("NamespacesNotSeen").size());
    }
  }

  @Test
  void sweep_aThirdOfTheNamespacesIsHidden_doesNothingButEventAndMetricUntilTheyAreSeen() {
    try (PodNode node = node(3)) {
      PodNode.Picture before = node.warmedUp();
      AgentProcess agent = node.launch(OWN_MOUNTS).awaitReady();
      add(node, 3);
      PodNode.Picture attached = node.picture();
      List<String> keys = keys(node);
      hide(agent, node, 1);

      awaitSweeps(agent);

      assertEquals(keys, keys(node));
      node.assertSameAs(attached);
      assertEquals(1, node.events("NamespacesNotSeen").size());
      assertTrue(refused(node) >= SWEEPS);
      inMountsOf(agent, "umount", node.pod(1).path().toString());
      IntStream.range(0, 3).forEach(pod -> node.sandbox(pod).run("DEL"));
      node.assertNothingLeftSince(before);
    }
  }
}
