package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits that a pod asks for in its annotation, and limits of a network. */
@InNamespaces(
    kinds = {"bridge", "macvlan", "ifb"},
    programs = "tc")
class BandwidthIT {
  private static final String ASKED =
      """
      {"ingressRate": 8000000, "ingressBurst": 800000, "egressRate": 16000000, "egressBurst": 800000}
      """;

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    define(
        "wire", "{\"type\": \"macvlan\", \"master\": \"parent0\", \"ipam\": %s}", "10.26.0.0/24");
    define("inner", "{\"type\": \"bridge\", \"bridge\": \"br-in\", \"ipam\": %s}", "10.27.0.0/24");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  /** A network whose interfaces a pod may have limited. */
  private static void define(String name, String main, String subnet) {
    stage.define(
        name,
        """
        {"cniVersion": "1.0.0", "name": "%s", "plugins": [%s,
          {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}"""
            .formatted(name, main.formatted(Stage.hostLocal(subnet))));
  }

  private static List<Integer> rates(Netns namespace) {
    List<Integer> rates = new ArrayList<>();
    for (JsonNode one : namespace.run("tc -j qdisc show").json()) {
      if (one.path("kind").asText().equals("tbf")) {
        rates.add(one.path("options").path("rate").asInt());
      }
    }
    return rates.stream().sorted().toList();
  }

  private static int ifbs(Netns namespace) {
    return namespace.ip("link show type ifb").size();
  }

  @Test
  void add_annotationAsksOnMacvlan_isLimitedInThePod() {
    TestPod pod = stage.podWith("[{\"name\": \"wire\", \"bandwidth\": %s}]".formatted(ASKED));

    Result added = pod.add();

    assertEquals(List.of(1_000_000, 2_000_000), rates(pod.netns()));
    assertEquals(List.of(), rates(stage.node()));
    assertEquals(2, pod.status().size(), "the ifb is none of its networks");
    assertEquals("net1", pod.status().get(1).path("interface").asText());
    pod.call().after(added).run("CHECK");
    pod.delete();
    assertEquals(0, ifbs(pod.netns()));
  }

  @Test
  void add_twiceOnOneNetwork_limitsBoth() {
    TestPod pod =
        stage.podWith(
            "[{\"name\": \"inner\", \"bandwidth\": %1$s}, {\"name\": \"inner\", \"bandwidth\": %1$s}]"
                .formatted(ASKED));

    pod.add();

    assertEquals(List.of(1_000_000, 1_000_000, 2_000_000, 2_000_000), rates(stage.node()));
    assertEquals(2, ifbs(stage.node()));
    assertNotEquals(pod.ipOf("net1"), pod.ipOf("net2"));
    pod.delete();
    assertEquals(0, ifbs(stage.node()));
    assertEquals(List.of(), rates(stage.node()));
  }

  @Test
  void del_deviceOfTheNode_goesHomeWithoutLimits() {
    stage.node().run("ip link add lent0 type veth peer name lent1; ip link set lent0 up");
    stage.define(
        "lent",
        """
        {"cniVersion": "1.0.0", "name": "lent", "plugins": [
          {"type": "host-device", "device": "lent0"},
          {"type": "bandwidth", "egressRate": 16000000, "egressBurst": 800000,
            "ingressRate": 8000000, "ingressBurst": 800000}]}""");
    TestPod pod = stage.podWith("lent");

    Result added = pod.add();

    assertEquals(List.of(1_000_000, 2_000_000), rates(pod.netns()));
    pod.call().after(added).run("CHECK");
    pod.delete();
    assertEquals("noqueue", stage.node().link("lent0").path("qdisc").asText());
    assertEquals(0, ifbs(pod.netns()));
  }

  @Test
  void add_burstWithoutRate_failsBeforeAnythingIsMade() {
    TestPod pod = stage.podWith("[{\"name\": \"wire\", \"bandwidth\": {\"egressBurst\": 800000}}]");

    Refusal.assertRefused(pod.call().attempt("ADD"), 7, "bandwidth");

    assertEquals(1, pod.netns().ip("link show").size());
  }
}
