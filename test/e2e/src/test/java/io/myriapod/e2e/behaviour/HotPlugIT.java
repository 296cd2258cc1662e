package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that run follow their annotation. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class HotPlugIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration FOR_EVER = Duration.ofHours(1);
  private static final String NETWORKS = "k8s.v1.cni.cncf.io/networks";

  private static Stage stage;
  private static RecorderPlugin foreign;

  private final List<TestPod> pods = new ArrayList<>();

  @BeforeAll
  static void open() {
    stage = Stage.open("hotplug: true\n");
    foreign = RecorderPlugin.install(stage.bin(), "foreign");
    stage.defineMacvlan("one", "10.21.0.0/24");
    stage.defineMacvlan("two", "10.22.0.0/24");
    stage.define(
        "chain",
        """
        {"cniVersion":"1.0.0","name":"chain","plugins":[
         {"type":"macvlan","master":"parent0",
          "ipam":{"type":"host-local","subnet":"10.23.0.0/24"}},
         {"type":"tuning","mac":"02:00:00:00:23:01"}]}
        """);
    stage.define("foreign", "{\"cniVersion\":\"1.0.0\",\"name\":\"foreign\",\"type\":\"foreign\"}");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void untold() {
    foreign.answer("ADD", Answer.usual());
    foreign.answer("DEL", Answer.usual());
    foreign.forget();
  }

  /** A DEL comes twice at times. */
  @AfterEach
  void end() {
    pods.forEach(TestPod::delete);
    pods.clear();
  }

  private TestPod running(String networks) {
    TestPod pod = stage.podWith(networks);
    pods.add(pod);
    pod.add();
    return pod;
  }

  /** What a failed change must leave as it was. */
  private static String standing(TestPod pod) {
    return pod.netns().run("ip -o -4 address; ip -4 route; ls /sys/class/net").out();
  }

  private static void ask(TestPod pod, String networks) {
    stage.announce(pod.name(), Map.of(NETWORKS, networks));
  }

  private static List<String> interfaces(TestPod pod) {
    List<String> names = new ArrayList<>();
    pod.netns().ip("link show").forEach(link -> names.add(link.path("ifname").asText()));
    names.remove("lo");
    return names;
  }

  private static void awaitStatus(TestPod pod, String... networks) {
    Waiting.until(
        SOON,
        "status " + List.of(networks),
        () -> pod.status().findValuesAsText("name").equals(List.of(networks)));
  }

  private static List<String> events(TestPod pod, String reason) {
    try {
      return Files.readAllLines(stage.at("var/lib/myriapod/status/events.jsonl")).stream()
          .filter(line -> line.contains('"' + pod.name() + '"'))
          .filter(line -> line.contains('"' + reason + '"'))
          .toList();
    } catch (IOException e) {
      throw new AssertionError("read the events", e);
    }
  }

  @Test
  void annotation_gainsNetworks_attachesThem() {
    TestPod pod = stage.pod();
    pods.add(pod);
    Result added = pod.add();
    String eth0 = pod.macOf("eth0");

    ask(pod, "one,chain@fast0,foreign");
    awaitStatus(pod, "pods", "shop/one", "shop/chain", "shop/foreign");

    assertEquals(List.of("eth0", "net1", "fast0"), interfaces(pod));
    assertEquals(eth0, pod.macOf("eth0"));
    assertEquals(pod.ipOf("net1"), pod.status().at("/1/ips/0").asText());
    assertEquals("02:00:00:00:23:01", pod.status().at("/2/mac").asText());
    assertEquals("02:00:00:00:23:01", pod.macOf("fast0"));
    assertEquals(1500, pod.status().at("/0/mtu").asInt());
    assertEquals(1, foreign.calls("ADD").size());
    assertTrue(pod.reaches(Stage.GATEWAY));
    assertEquals(4, events(pod, "AddedInterface").size());
    pod.call().after(added).run("CHECK");
    pod.delete();
    assertEquals(1, foreign.calls("DEL").size());
    assertEquals(List.of(), interfaces(pod));
    assertEquals(List.of(), stage.leases("one"));
    assertEquals(List.of(), stage.leases("chain"));
    assertFalse(pod.hasStatus());
  }

  @Test
  void annotation_losesANetwork_detachesItAlone() {
    TestPod pod = stage.podWith("one,two,chain,foreign");
    pods.add(pod);
    Result added = pod.add();
    String kept = pod.macOf("net2") + pod.ipOf("net2");

    ask(pod, "two");
    awaitStatus(pod, "pods", "shop/two");

    assertEquals(List.of("eth0", "net2"), interfaces(pod));
    assertEquals(kept, pod.macOf("net2") + pod.ipOf("net2"));
    assertEquals(List.of(), stage.leases("one"));
    assertEquals(List.of(), stage.leases("chain"));
    assertEquals(1, foreign.calls("DEL").size());
    assertEquals(3, events(pod, "RemovedInterface").size());
    pod.call().after(added).run("CHECK");
    pod.delete();
    assertEquals(List.of(), stage.leases("two"));
  }

  @Test
  void annotation_changesBothWays_newOnesTakeTheLowestFreeNames() {
    TestPod pod = running("one,two");
    String kept = pod.macOf("net2");

    ask(pod, "one@data0,two,one");
    awaitStatus(pod, "pods", "shop/one", "shop/two", "shop/one");

    assertEquals(List.of("eth0", "net1", "net2", "data0"), interfaces(pod));
    assertEquals(kept, pod.macOf("net2"));
    pod.delete();
    assertEquals(List.of(), stage.leases("one"));
  }

  @Test
  void second_fails_firstIsUndoneAndBothComeWhenItIsMended() {
    TestPod pod = running("two");
    String standing = standing(pod);
    foreign.answer("ADD", Answer.failsWith(199, "no more", ""));

    ask(pod, "two,one,foreign");
    Waiting.until(SOON, "the event", () -> !events(pod, "FailedHotPlug").isEmpty());
    Waiting.until(SOON, "the undo", () -> stage.leases("one").isEmpty());

    assertTrue(events(pod, "FailedHotPlug").get(0).contains("no more"));
    Waiting.until(SOON, "the pod as it was", () -> standing.equals(standing(pod)));
    awaitStatus(pod, "pods", "shop/two");
    foreign.answer("ADD", Answer.usual());
    awaitStatus(pod, "pods", "shop/two", "shop/one", "shop/foreign");
    assertEquals(1, events(pod, "FailedHotPlug").size());
    pod.delete();
    assertEquals(List.of(), stage.leases("one"));
  }

  @Test
  void delete_whileANetworkIsBeingAttached_winsAndRemovesAll() {
    TestPod pod = running("two");
    foreign.answer("ADD", Answer.usual().after(FOR_EVER));

    ask(pod, "two,one,foreign");
    Waiting.until(SOON, "the call", () -> foreign.calls("ADD").size() == 1);
    pod.delete();

    assertEquals(List.of(), interfaces(pod));
    assertEquals(List.of(), stage.leases("one"));
    assertEquals(List.of(), stage.leases("two"));
    assertFalse(pod.hasStatus());
    assertEquals(List.of(), events(pod, "FailedHotPlug"));
  }

  @Test
  void annotation_unreadableOrForANetworkThatIsNot_changesNothing() {
    TestPod pod = running("one");
    String standing = standing(pod);

    ask(pod, "[{\"name\":\"two\"}, 7]");
    Waiting.until(SOON, "the event", () -> events(pod, "FailedHotPlug").size() == 1);
    ask(pod, "two,nowhere");
    Waiting.until(SOON, "the next one", () -> events(pod, "FailedHotPlug").size() == 2);

    assertEquals(standing, standing(pod));
    assertTrue(events(pod, "FailedHotPlug").get(1).contains("nowhere"));
    ask(pod, "one,two");
    awaitStatus(pod, "pods", "shop/one", "shop/two");
    pod.delete();
  }
}
