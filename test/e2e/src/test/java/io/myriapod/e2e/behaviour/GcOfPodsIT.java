package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GC of the meta-plugin: the runtime lists {@code eth0} of its containers, we know the rest. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = "jq")
class GcOfPodsIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private Stage stage;

  @BeforeEach
  void open() {
    stage = Stage.open();
    stage.defineMacvlan("red", "10.62.0.0/24");
    stage.defineMacvlan("blue", "10.63.0.0/24");
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private Result collect(TestPod... living) {
    ObjectNode config = stage.config();
    ArrayNode valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : living) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }
    return stage.witness().call().config(config.toString()).attempt("GC");
  }

  /** A pod with these networks, and the result of its ADD. */
  private record Added(TestPod pod, Result result) {
    void check() {
      pod.call().after(result).run("CHECK");
    }
  }

  private Added attached(String networks) {
    TestPod pod = stage.podWith(networks);
    return new Added(pod, pod.add());
  }

  @Test
  void gc_someListed_freesEveryNetworkOfTheOthers() throws IOException {
    Added living = attached("red,blue");
    TestPod alive = living.pod();
    TestPod dead = attached("red,blue,red").pod();
    Path leases = stage.at("var/lib/cni/networks");
    Files.writeString(leases.resolve("red/10.62.0.99"), "never-recorded\r\nnet7");
    Files.writeString(leases.resolve("pods/10.10.0.99"), "never-recorded\r\neth0");
    Files.delete(leases.resolve("blue").resolve(dead.ipOf("net2")));

    collect(stage.witness(), alive).orThrow();

    assertEquals(List.of(alive.ipOf("net1")), stage.leases("red"));
    assertEquals(List.of(alive.ipOf("net2")), stage.leases("blue"));
    assertEquals(2, stage.leases("pods").size());
    for (String link : List.of("eth0", "net1", "net2", "net3")) {
      assertFalse(dead.netns().hasLink(link), link);
    }
    assertFalse(dead.hasStatus());
    living.check();
    assertTrue(stage.witness().reaches(Stage.GATEWAY));
    alive.delete();
  }

  @Test
  void gc_nothingListed_freesAll() {
    TestPod pod = attached("red").pod();

    collect().orThrow();

    for (String network : List.of("pods", "red")) {
      assertEquals(List.of(), stage.leases(network), network);
    }
    assertFalse(pod.netns().hasLink("net1"));
    assertFalse(stage.witness().netns().hasLink("eth0"));
    pod.delete();
  }

  @Test
  void gc_malformedList_isRefusedAndFreesNothing() {
    Added attached = attached("red");
    TestPod pod = attached.pod();
    for (String list : List.of("\"all\"", "[{\"containerID\":\"box\"}]", "[null]")) {
      ObjectNode config = Stage.object("{\"cni.dev/valid-attachments\":%s}".formatted(list));
      config.setAll(stage.config());

      Result result = pod.call().config(config.toString()).attempt("GC");

      assertRefused(result, 7, "cni.dev/valid-attachments");
    }
    assertRefused(pod.call().attempt("GC"), 7, "cni.dev/valid-attachments", "missing");
    attached.check();
  }

  /** The lease is taken and the link made when the pod's ADD waits for another plugin. */
  @Test
  void gc_whileAPodIsBeingAdded_leavesIt() {
    RecorderPlugin slow = RecorderPlugin.install(stage.bin(), "slow");
    slow.answer(
        "ADD",
        Answer.usual()
            .running(
                "until test -e \"$folder/go\"; do sleep 0.02; done; jq .prevResult \"$call/stdin\"; exit 0"));
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\",\"name\":\"green\"}");
    ArrayNode plugins = list.putArray("plugins");
    plugins.add(Stage.macvlan("green", "parent0", Stage.hostLocal("10.64.0.0/24")));
    plugins.addObject().put("type", "slow");
    stage.define("green", list.toString());
    TestPod pod = stage.podWith("green");
    CompletableFuture<Result> add = CompletableFuture.supplyAsync(() -> pod.call().attempt("ADD"));
    Waiting.until(SOON, "the slow plugin", () -> !slow.calls("ADD").isEmpty());

    collect(stage.witness()).orThrow();

    assertTrue(pod.netns().hasLink("net1"));
    assertEquals(1, stage.leases("green").size());
    assertEquals(2, stage.leases("pods").size());
    goOn();
    new Added(pod, add.join().orThrow()).check();
    pod.delete();
  }

  private void goOn() {
    try {
      Files.createFile(stage.bin().resolve(".slow/go"));
    } catch (IOException e) {
      throw new AssertionError("let the slow plugin go on", e);
    }
  }
}
