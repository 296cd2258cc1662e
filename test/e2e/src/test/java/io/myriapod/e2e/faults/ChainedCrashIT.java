package io.myriapod.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.e2e.node.PodNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.JournalPhase.Occasion;
import io.myriapod.journal.RecordPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A runtime calls bridge and then tuning by their own names. The agent is killed in the second one:
 * what the first one did stays, what the second one did half is gone.
 */
@InNamespaces(
    kinds = "bridge",
    programs = {"jq", "nft"})
class ChainedCrashIT {
  /** A setting needs no flush, and knows all that there is to know before it is made. */
  private static final Set<JournalPhase> CANNOT_OCCUR =
      Set.of(JournalPhase.RECORD_SYNCED, JournalPhase.STEP_REFINED);

  private static final Duration SETTLED = Duration.ofSeconds(20);

  private static PodNode node;
  private static PodNode.Picture before;
  private static Succession agents;
  private static Sandbox bridge;
  private static Sandbox tuning;

  @BeforeAll
  static void open() throws IOException {
    node = PodNode.of(NetworkKind.BRIDGE, 1);
    bridge =
        plugin(
            "bridge",
            """
            {"cniVersion": "1.1.0", "name": "chain", "type": "bridge", "bridge": "br-chain",
             "ipam": {"type": "host-local", "subnet": "10.64.0.0/24",
                      "rangeStart": "10.64.0.9", "rangeEnd": "10.64.0.9"}}
            """);
    tuning =
        plugin(
            "tuning",
            """
            {"cniVersion": "1.1.0", "name": "chain", "type": "tuning", "mtu": 1400,
             "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}
            """);
    agents = new Succession(node);
    // makes the bridge, which stays
    tuning.after(bridge.run("ADD")).run("ADD");
    bridge.run("DEL");
    Waiting.until(
        SETTLED,
        "a bridge that knows that its last port is gone",
        () -> node.netns().link("br-chain").path("operstate").asText().equals("DOWN"));
    before = node.picture();
  }

  private static Sandbox plugin(String type, String config) throws IOException {
    return node.sandbox(0)
        .with("CNI_IFNAME", "net1")
        .calling(Files.createSymbolicLink(node.root().resolve(type), Product.shim()), config);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  static Stream<JournalPhase> addPhases() {
    return Arrays.stream(JournalPhase.values())
        .filter(phase -> phase.occasion() == Occasion.ADD)
        .filter(phase -> !CANNOT_OCCUR.contains(phase));
  }

  static Stream<JournalPhase> undoPhases() {
    return Arrays.stream(JournalPhase.values()).filter(phase -> phase.occasion() == Occasion.UNDO);
  }

  private static List<RecordPhase> recorded() {
    return node.journal().stream().map(record -> record.phase()).toList();
  }

  private static void assertTuned(boolean tuned) {
    assertEquals(tuned ? 1400 : 1500, node.pod(0).link("net1").path("mtu").asInt());
    assertEquals(tuned ? "1" : "0", node.pod(0).sysctl("net/ipv4/conf/net1/arp_filter"));
  }

  /** The runtime loses its patience meanwhile, so nobody sends the request again. */
  @ParameterizedTest
  @MethodSource("addPhases")
  void addOfTheSecond_killed_isUndoneAndTheFirstStays(JournalPhase phase) {
    Result added = bridge.run("ADD");
    HeldPoint point = agents.hold(phase.name());
    try (RunningCall add = tuning.after(added).start("ADD")) {
      point.await(add::hasEnded);
      agents.kill();
    }
    agents.succeed(point);

    boolean finished = phase == JournalPhase.RECORD_ATTACHED;
    assertTuned(finished);
    assertEquals(
        finished
            ? List.of(RecordPhase.ATTACHED, RecordPhase.ATTACHED)
            : List.of(RecordPhase.ATTACHED),
        recorded());
    bridge.after(added).run("CHECK");
    tuning.after(added).run("DEL");
    assertTuned(false);
    bridge.after(added).run("DEL");

    assertFalse(node.pod(0).hasLink("net1"));
    node.assertNothingLeftSince(before);
  }

  /** The shim that waits for the answer asks the new agent. */
  @ParameterizedTest
  @MethodSource("undoPhases")
  void delOfTheSecond_killed_isDoneAndTheFirstStays(JournalPhase phase) {
    Result added = addBoth();
    HeldPoint point = agents.hold(phase.name());
    try (RunningCall delete = tuning.after(added).start("DEL")) {
      point.await(delete::hasEnded);
      agents.succeed(point);
      assertTrue(delete.await().ok(), "the DEL that was interrupted");
      assertTuned(false);
      assertEquals(List.of(RecordPhase.ATTACHED), recorded());
      bridge.after(added).run("DEL");
    }
    node.assertNothingLeftSince(before);
  }

  /** It takes the second one's part along. */
  @ParameterizedTest
  @MethodSource("undoPhases")
  void delOfTheFirst_killed_leavesNothing(JournalPhase phase) {
    Result added = addBoth();
    HeldPoint point = agents.hold(phase.name());
    try (RunningCall delete = bridge.after(added).start("DEL")) {
      point.await(delete::hasEnded);
      agents.succeed(point);
      assertTrue(delete.await().ok(), "the DEL that was interrupted");
    }
    assertFalse(node.pod(0).hasLink("net1"));
    node.assertNothingLeftSince(before);
  }

  private static Result addBoth() {
    return tuning.after(bridge.run("ADD")).run("ADD");
  }

  @Test
  void addOfTheSecond_killedBeforeTheAnswer_isAnsweredFromTheJournal() {
    Result added = bridge.run("ADD");
    HeldPoint point = agents.hold(JournalPhase.RECORD_ATTACHED.name());
    try (RunningCall add = tuning.after(added).start("ADD")) {
      point.await(add::hasEnded);
      agents.kill();
      String recorded = node.journal().toString();

      agents.succeed(point);
      Result answer = add.await().orThrow();

      assertEquals(1400, answer.json().at("/interfaces/2/mtu").asInt());
      assertEquals(recorded, node.journal().toString());
      bridge.run("DEL");
    }
    node.assertNothingLeftSince(before);
  }
}
