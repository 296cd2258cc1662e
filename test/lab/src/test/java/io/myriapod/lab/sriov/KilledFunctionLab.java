package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalPhase;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent is killed by SIGKILL at each phase of a virtual function's own in ADD and DEL: the
 * function is afterwards what it was before.
 */
@InNamespaces
@ExtendWith(LabNode.class)
class KilledFunctionLab {
  /** What the card was told, and the interface. */
  private static final List<String> INVERSES = List.of("vf-settings", "host-device");

  private static final List<JournalPhase> UNDOING =
      List.of(JournalPhase.INVERSE_STARTING, JournalPhase.INVERSE_RUN, JournalPhase.INVERSE_NOTED);

  @TempDir private static Path root;
  private static List<PciFunction> functions;
  private static Map<String, JsonNode> before;
  private static AgentProcess agent;
  private static ExecutorService runtime;

  @BeforeAll
  static void open() {
    functions = Nic.FIRST.createVfs(UNDOING.size() * INVERSES.size());
    functions.forEach(PciFunction::awaitLink);
    before = NodeLinks.all();
    agent = start();
    runtime = Executors.newFixedThreadPool(functions.size());
  }

  @AfterAll
  static void close() {
    runtime.shutdownNow();
    agent.close();
  }

  private static AgentProcess start() {
    return AgentProcess.startHere(root, List.of(HeldPoint.options(root)));
  }

  /** Those in which the function has another state; CrashMatrix has the phases of every record. */
  static List<String> adding() {
    List<String> points = new ArrayList<>(List.of(JournalPhase.STEP_REFINED.name()));
    INVERSES.forEach(kind -> points.add(JournalPhase.STEP_RECORDED + ":" + kind));
    return points;
  }

  private static List<String> deleting() {
    return UNDOING.stream()
        .flatMap(phase -> INVERSES.stream().map(kind -> phase + ":" + kind))
        .toList();
  }

  private static NodePlugin plugin(Netns pod, int number) {
    return NodePlugin.of(
        root,
        pod,
        """
        {"cniVersion": "1.1.0", "name": "south", "type": "sriov", "deviceID": "%s",
         "vlan": 100, "mac": "02:00:5e:50:00:0%d", "trust": "on", "max_tx_rate": 100, "mtu": 1400,
         "ipam": {"type": "host-local", "subnet": "10.83.0.0/24"}}
        """
            .formatted(functions.get(number), number));
  }

  private static void assertAllAsBefore() {
    NodeLinks.assertAgain(before);
    assertEquals(List.of(), Journal.read(root.resolve("var/lib/myriapod/journal")));
  }

  @ParameterizedTest
  @MethodSource("adding")
  void del_afterKillDuringAdd_functionIsAsBefore(String at, Netns pod) {
    NodeState podBefore = NodeState.of(pod);
    NodePlugin plugin = plugin(pod, 1);

    HeldPoint point = HeldPoint.of(root, at);
    CompletableFuture<Result> add =
        CompletableFuture.supplyAsync(() -> plugin.attempt("ADD"), runtime);
    point.await(add::isDone);
    succeed(point);
    add.join();
    plugin.run("DEL");

    assertAllAsBefore();
    NodeState.of(pod).assertSameAs(podBefore);
  }

  /** One agent is held at each phase for another pod, and killed when it is at all of them. */
  @Test
  void del_killedDuringEachPhase_functionsAreAsBefore() {
    List<Netns> pods = new ArrayList<>();
    try {
      List<NodePlugin> plugins = new ArrayList<>();
      for (int number = 0; number < functions.size(); number++) {
        pods.add(Netns.create("killed"));
        plugins.add(plugin(pods.get(number), number));
        plugins.get(number).run("ADD");
      }
      List<CompletableFuture<Result>> deletes = new ArrayList<>();
      HeldPoint point = null;
      for (String at : deleting()) {
        NodePlugin plugin = plugins.get(deletes.size());
        point = HeldPoint.of(root, at);
        CompletableFuture<Result> delete =
            CompletableFuture.supplyAsync(() -> plugin.attempt("DEL"), runtime);
        deletes.add(delete);
        point.await(delete::isDone);
      }

      succeed(point);

      deletes.forEach(delete -> assertTrue(delete.join().ok(), "a DEL that was interrupted"));
      plugins.forEach(plugin -> plugin.run("DEL"));
      assertAllAsBefore();
      pods.forEach(pod -> assertFalse(pod.hasLink("net1")));
    } finally {
      pods.forEach(Netns::close);
    }
  }

  /** The shims that wait ask the successor. */
  private static void succeed(HeldPoint point) {
    agent.kill();
    point.disarm();
    agent = start();
  }
}
