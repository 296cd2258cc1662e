package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.JournalPhase.Occasion;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent is killed by SIGKILL at each phase of a virtual function's own in ADD and DEL: the
 * function is afterwards what it was before.
 */
@InNamespaces
@ExtendWith(LabNode.class)
class KilledFunctionLab {
  /** One of these for what the card was told, one for the interface. */
  private static final Set<JournalPhase> OF_EACH_INVERSE =
      EnumSet.of(
          JournalPhase.STEP_RECORDED,
          JournalPhase.INVERSE_STARTING,
          JournalPhase.INVERSE_RUN,
          JournalPhase.INVERSE_NOTED);

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path root;
  private static PciFunction function;
  private static Map<String, JsonNode> before;
  private static AgentProcess agent;

  @BeforeAll
  static void open() {
    function = Nic.FIRST.createVfs(1).get(0);
    function.awaitLink();
    Waiting.until(
        SOON,
        "the card's carrier",
        () -> NodeLinks.all().get(Nic.FIRST.link()).path("operstate").asText().equals("UP"));
    before = NodeLinks.all();
    agent = start();
  }

  @AfterAll
  static void close() {
    agent.close();
  }

  private static AgentProcess start() {
    return AgentProcess.startHere(root, List.of(HeldPoint.options(root)));
  }

  /** Those in which the function has another state; CrashMatrix has the phases of every record. */
  static Stream<Arguments> cases() {
    Stream<Arguments> ofEach =
        OF_EACH_INVERSE.stream()
            .flatMap(
                phase ->
                    Stream.of("vf-settings", "host-device")
                        .map(kind -> Arguments.of(phase, phase + ":" + kind)));
    return Stream.concat(
        Stream.of(Arguments.of(JournalPhase.STEP_REFINED, JournalPhase.STEP_REFINED.name())),
        ofEach);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("cases")
  void del_afterKill_functionIsAsBefore(JournalPhase phase, String at, Netns pod) {
    NodeState podBefore = NodeState.of(pod);
    NodePlugin plugin =
        NodePlugin.of(
            root,
            pod,
            """
            {"cniVersion": "1.1.0", "name": "south", "type": "sriov", "deviceID": "%s",
             "vlan": 100, "mac": "02:00:5e:50:00:01", "trust": "on", "max_tx_rate": 100, "mtu": 1400,
             "ipam": {"type": "host-local", "subnet": "10.83.0.0/24"}}
            """
                .formatted(function));

    if (phase.occasion() == Occasion.ADD) {
      killedAt(at, plugin, "ADD");
      plugin.run("DEL");
    } else {
      plugin.run("ADD");
      assertTrue(killedAt(at, plugin, "DEL").ok(), "the DEL that was interrupted");
      plugin.run("DEL");
    }

    NodeLinks.assertAgain(before);
    NodeState.of(pod).assertSameAs(podBefore);
    assertEquals(List.of(), Journal.read(root.resolve("var/lib/myriapod/journal")));
  }

  /** The shim that waits asks the successor. */
  private static Result killedAt(String at, NodePlugin plugin, String verb) {
    HeldPoint point = HeldPoint.of(root, at);
    CompletableFuture<Result> call = CompletableFuture.supplyAsync(() -> plugin.attempt(verb));
    point.await(call::isDone);
    agent.kill();
    point.disarm();
    agent = start();
    return call.join();
  }
}
