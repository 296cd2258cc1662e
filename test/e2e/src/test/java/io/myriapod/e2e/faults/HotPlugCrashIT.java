package io.myriapod.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agent is killed while a running pod's network is attached or detached: the next one leaves it
 * whole or gone, and then does what the annotation says. The pod's other network is never touched.
 */
@InNamespaces(
    kinds = {"macvlan"},
    programs = {"jq", "nft"})
class HotPlugCrashIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NETWORK = "second-0";

  private static PodNode node;
  private static Succession agents;
  private static PodNode.Picture before;
  private static boolean sound;

  /** A node that a case has spoilt is given up. */
  @BeforeEach
  void open() {
    if (sound) {
      sound = false;
      return;
    }
    close();
    node = PodNode.of(NetworkKind.MACVLAN, 1).configured("hotplug: true\n");
    agents = new Succession(node);
    before = node.warmUp();
  }

  @AfterAll
  static void close() {
    if (node != null) {
      node.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FACT_RECORDED:changing",
        "RECORD_PLANNED",
        "RECORD_SYNCED",
        "STEP_RECORDED:host-local-lease",
        "STEP_RECORDED:link",
        "STEP_REFINED",
        "STEPS_DONE",
        "FACT_RECORDED:status",
        "RECORD_ATTACHED"
      })
  void attach_killedHalfway_isDoneByTheNext(String at) {
    start("");
    String standing = eth0();

    killAt(at, NETWORK);

    Waiting.until(SOON, "both networks", () -> attached() == 2 && node.pod(0).hasLink("net1"));
    Waiting.until(SOON, "the status", () -> status().contains("\"net1\""));
    assertEquals(1, node.leases("second").size());
    assertEquals(standing, eth0());
    endPod();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FACT_RECORDED:changing",
        "FACT_RECORDED:requestId",
        "DELETE_BEGUN",
        "INVERSE_STARTING:link",
        "INVERSE_RUN:link",
        "INVERSE_NOTED:host-local-lease",
        "RECORD_ENDED"
      })
  void detach_killedHalfway_isDoneByTheNext(String at) {
    start(NETWORK);
    String standing = eth0();

    killAt(at, "");

    Waiting.until(
        SOON, "one network", () -> node.journal().size() == 1 && !node.pod(0).hasLink("net1"));
    Waiting.until(SOON, "the status", () -> !status().contains("\"net1\""));
    assertEquals(List.of(), node.leases("second"));
    assertEquals(standing, eth0());
    endPod();
  }

  private static void start(String networks) {
    node.ask(0, networks);
    node.sandbox(0).run("ADD");
  }

  private static void killAt(String at, String networks) {
    HeldPoint point = agents.hold(at);
    node.ask(0, networks);
    point.await(() -> false);
    agents.succeed(point);
  }

  private static void endPod() {
    assertFalse(node.events("FailedAttachment").stream().anyMatch(line -> line.contains("pod-0")));
    node.sandbox(0).run("DEL");
    node.assertNothingLeftSince(before);
    sound = true;
  }

  private static long attached() {
    return node.journal().stream()
        .map(AttachmentRecord::phase)
        .filter(RecordPhase.ATTACHED::equals)
        .count();
  }

  /** Another link of that name would have another index, MAC or address. */
  private static String eth0() {
    return node.pod(0).run("ip -br link show eth0; ip -o -4 address show eth0").out();
  }

  private static String status() {
    return PodNode.read(node.root().resolve("var/lib/myriapod/status/e2e_pod-0.json"));
  }
}
