package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More pods than functions, all at once. */
@InNamespaces
@ExtendWith({LabNode.class, SharedAgent.class})
class ManyPodsLab {
  private static final int PODS = 20;
  private static final int TRY_AGAIN_LATER = 11;
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void addAndDelete_twentyPodsOnSevenFunctions_oneAtATimeHasEach() throws Exception {
    List<PciFunction> functions = Nic.FIRST.createVfs(Nic.MOST_VFS);
    functions.forEach(PciFunction::awaitLink);
    Map<String, JsonNode> before = NodeLinks.all();
    ExecutorService runtime = Executors.newFixedThreadPool(PODS);
    try {
      List<Callable<String>> lives = new ArrayList<>();
      for (int i = 0; i < PODS; i++) {
        PciFunction function = functions.get(i % functions.size());
        String address = "10.80.0." + (i + 1);
        lives.add(() -> live(function, address));
      }
      List<String> seen = new ArrayList<>();
      for (Future<String> life : runtime.invokeAll(lives)) {
        seen.add(life.get());
      }

      assertFalse(SharedAgent.agent().hasEnded());
      for (int i = 0; i < PODS; i++) {
        assertEquals(functions.get(i % functions.size()).address(), seen.get(i));
      }
    } finally {
      runtime.shutdownNow();
    }
    NodeLinks.assertAgain(before);
  }

  /** Which function a pod found in its namespace, from its ADD to its DEL. */
  private String live(PciFunction function, String address) {
    try (Netns pod = Netns.create("many")) {
      NodePlugin plugin =
          FunctionNetwork.of(SharedAgent.root(), pod, function, "\"vlan\": 100,", address);
      NodePlugin attached = plugin.after(Waiting.untilPresent(LONG, "an ADD", () -> add(plugin)));
      String found = pod.link("net1").path("parentdev").asText();
      attached.run("DEL");
      return found;
    }
  }

  /** As a kubelet does: tries again when it is told to. */
  private static Optional<Result> add(NodePlugin plugin) {
    Result added = plugin.attempt("ADD");
    if (added.ok()) {
      return Optional.of(added);
    }
    assertEquals(TRY_AGAIN_LATER, added.json().path("code").asInt(), added.out());
    return Optional.empty();
  }
}
