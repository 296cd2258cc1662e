package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a pod gets for its annotations. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class PodNetworksIT {
  private static final String DEFAULT_NETWORK = "v1.multus-cni.io/default-network";
  private static final String FAR = "10.21.0.1";

  private static Stage stage;
  private static RecorderPlugin failing;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    failing = RecorderPlugin.install(stage.bin(), "failing");
    failing.answer("ADD", Answer.failsWith(199, "no more", ""));
    stage.defineMacvlan("one", "10.21.0.0/24");
    stage.defineMacvlan("two", "10.22.0.0/24");
    stage.define("layer2", macvlanWith("layer2", Map.of()).toString());
    stage.define("failing", "{\"cniVersion\":\"1.0.0\",\"name\":\"failing\",\"type\":\"failing\"}");
    stage.define("capable", capable().toString());
    stage.define("other", "theirs", macvlanWith("theirs", Map.of()).toString());
    stage.define("default", "everybodys", macvlanWith("everybodys", Map.of()).toString());
    stage.define(
        "kube-system",
        "substitute",
        Stage.macvlan("substitute", "parent0", Stage.hostLocal("10.30.0.0/24")).toString());
    stage.node().run("ip address add " + FAR + "/24 dev wire0");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode macvlanWith(String name, Map<String, String> more) {
    ObjectNode config = Stage.macvlan(name, "parent0", "{}");
    config.remove("ipam");
    more.forEach(config::put);
    return config;
  }

  private static ObjectNode capable() {
    ObjectNode config = Stage.macvlan("capable", "parent0", Stage.hostLocal("10.23.0.0/24"));
    config.putObject("capabilities").put("mac", true).put("ips", true);
    return config;
  }

  private static List<String> interfaces(TestPod pod) {
    List<String> names = new ArrayList<>();
    pod.netns().ip("link show").forEach(link -> names.add(link.path("ifname").asText()));
    names.remove("lo");
    return names;
  }

  @Test
  void add_shortForm_attachesInOrderWithAutomaticAndAskedNames() {
    TestPod pod = stage.podWith("one, shop/two@data0,layer2");

    pod.add();

    assertEquals(List.of("eth0", "net1", "data0", "net3"), interfaces(pod));
    assertTrue(pod.ipOf("net1").startsWith("10.21.0."));
    assertTrue(pod.ipOf("data0").startsWith("10.22.0."));
    assertTrue(pod.reaches(FAR), "through net1");
    assertTrue(pod.reaches(Stage.GATEWAY), "through eth0");
    pod.delete();
    assertEquals(List.of(), interfaces(pod));
    assertEquals(List.of(), stage.leases("one"));
    assertFalse(pod.hasStatus());
  }

  @Test
  void add_jsonForm_givesMacAndAddressAskedFor() {
    TestPod pod =
        stage.podWith(
            """
            [{"name":"capable","namespace":"shop","interface":"fast","mac":"02:11:22:33:44:55",
              "ips":["10.23.0.77/24"]}]
            """);

    Result added = pod.add();

    assertEquals("02:11:22:33:44:55", pod.macOf("fast"));
    assertEquals("10.23.0.77", pod.ipOf("fast"));
    pod.call().after(added).run("CHECK");
    pod.delete();
  }

  @Test
  void add_sameNetworkTwice_attachesItTwiceWithTwoLeases() {
    TestPod pod = stage.podWith("one,one");

    pod.add();

    assertEquals(List.of("eth0", "net1", "net2"), interfaces(pod));
    assertNotEquals(pod.ipOf("net1"), pod.ipOf("net2"));
    assertNotEquals(pod.macOf("net1"), pod.macOf("net2"));
    assertEquals(2, stage.leases("one").size());
    assertEquals(List.of("pods", "shop/one", "shop/one"), pod.status().findValuesAsText("name"));
    pod.delete();
    assertEquals(List.of(), stage.leases("one"));
  }

  @Test
  void add_severalNetworks_publishesExactStatus() {
    TestPod pod = stage.podWith("one,layer2@raw0");

    pod.add();

    assertEquals(
        json(
            """
            [{"name":"pods","interface":"eth0","ips":["%s"],"mac":"%s","mtu":1500,"default":true,
              "dns":{},"gateway":["10.10.0.1"],"default-route":["10.10.0.1"]},
             {"name":"shop/one","interface":"net1","ips":["%s"],"mac":"%s","mtu":1500,
              "default":false,"dns":{}},
             {"name":"shop/layer2","interface":"raw0","mac":"%s","mtu":1500,"default":false,
              "dns":{}}]
            """
                .formatted(
                    pod.ipOf("eth0"),
                    pod.macOf("eth0"),
                    pod.ipOf("net1"),
                    pod.macOf("net1"),
                    pod.macOf("raw0"))),
        pod.status());
    pod.delete();
  }

  private static JsonNode json(String list) {
    return Stage.object("{\"list\":" + list + "}").path("list");
  }

  @Test
  void add_resultForRuntime_isTheDefaultNetworksAlone() {
    TestPod pod = stage.podWith("one");

    JsonNode result = pod.add().json();

    assertEquals("1.1.0", result.path("cniVersion").asText());
    assertEquals(1, result.path("ips").size(), result::toString);
    assertEquals(pod.ipOf("eth0") + "/24", result.at("/ips/0/address").asText());
    int index = result.at("/ips/0/interface").asInt();
    assertEquals("eth0", result.path("interfaces").path(index).path("name").asText());
    assertEquals(
        pod.netns().path().toString(),
        result.path("interfaces").path(index).path("sandbox").asText());
    assertFalse(result.toString().contains("net1"), result::toString);
    pod.delete();
  }

  @Test
  void add_defaultRouteAsked_movesIt() {
    TestPod pod = stage.podWith("[{\"name\":\"one\",\"default-route\":[\"" + FAR + "\"]}]");

    Result added = pod.add();

    assertEquals(List.of(FAR + " net1"), defaultRoutes(pod));
    assertFalse(
        added.json().path("routes").toString().contains("0.0.0.0/0"), "the runtime is told");
    JsonNode status = pod.status();
    assertFalse(status.path(0).has("gateway"), status::toString);
    assertEquals(json("[\"" + FAR + "\"]"), status.path(1).path("gateway"));
    pod.call().after(added).run("CHECK");
    pod.netns().run("ip route replace default via " + Stage.GATEWAY + " dev eth0");
    assertRefused(pod.call().after(added).attempt("CHECK"), 106, "net1");
    pod.delete();
  }

  @Test
  void add_noDefaultRouteAsked_leavesItOnEth0() {
    TestPod pod = stage.podWith("one");

    pod.add();

    assertEquals(List.of(Stage.GATEWAY + " eth0"), defaultRoutes(pod));
    pod.delete();
  }

  @Test
  void add_defaultRouteThroughGatewayOutOfReach_isUndone() {
    TestPod pod = stage.podWith("[{\"name\":\"one\",\"default-route\":[\"192.0.2.1\"]}]");

    stage.assertUndone(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 105, "192.0.2.1", "shop/one"));
  }

  private static List<String> defaultRoutes(TestPod pod) {
    List<String> routes = new ArrayList<>();
    pod.netns()
        .ip("route show default")
        .forEach(r -> routes.add(r.path("gateway").asText() + " " + r.path("dev").asText()));
    return routes;
  }

  @Test
  void add_defaultNetworkAnnotation_replacesEth0() {
    TestPod pod = stage.pod(Map.of(DEFAULT_NETWORK, "substitute"));

    pod.add();

    assertTrue(pod.ipOf("eth0").startsWith("10.30.0."));
    assertEquals("kube-system/substitute", pod.status().path(0).path("name").asText());
    assertTrue(pod.status().path(0).path("default").asBoolean());
    assertEquals(1, stage.leases("pods").size(), "the witness alone");
    pod.delete();
    assertEquals(List.of(), stage.leases("substitute"));
  }

  private static Call isolated(TestPod pod) {
    return pod.call().config(stage.config().put("namespaceIsolation", true).toString());
  }

  @Test
  void add_networkOfForbiddenNamespace_isRefused() {
    TestPod pod = stage.podWith("one,other/theirs");

    stage.assertUntouched(
        pod, () -> assertRefused(isolated(pod).attempt("ADD"), 112, "other/theirs", "shop"));
  }

  @Test
  void add_forbiddenNetworkAsDefaultNetwork_isRefused() {
    for (String network : List.of("other/theirs", "substitute")) {
      TestPod pod = stage.pod(Map.of(DEFAULT_NETWORK, network));

      stage.assertUntouched(
          pod, () -> assertRefused(isolated(pod).attempt("ADD"), 112, network, "shop"));
    }
  }

  @Test
  void add_networkOfGlobalNamespace_isAllowed() {
    TestPod pod = stage.podWith("default/everybodys");

    isolated(pod).run("ADD");

    assertTrue(pod.netns().hasLink("net1"));
    pod.delete();
  }

  @Test
  void add_capabilityMissing_isRefused() {
    Map<String, String> asked =
        Map.of(
            "mac", "{\"name\":\"one\",\"mac\":\"02:11:22:33:44:55\"}",
            "ips", "{\"name\":\"one\",\"ips\":[\"10.21.0.5/24\"]}",
            "portMappings",
                "{\"name\":\"one\",\"portMappings\":[{\"hostPort\":80,\"containerPort\":80}]}",
            "bandwidth", "{\"name\":\"one\",\"bandwidth\":{\"ingressRate\":1000}}");
    asked.forEach(
        (capability, element) -> {
          TestPod pod = stage.podWith("[" + element + "]");
          stage.assertUntouched(
              pod,
              () -> assertRefused(pod.call().attempt("ADD"), 7, "shop/one", capability, "macvlan"));
        });
  }

  @Test
  void add_twoAskForOneName_isRefused() {
    TestPod pod = stage.podWith("one@same,two@same");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 7, "\"same\"", "shop/one", "shop/two"));
  }

  @Test
  void add_explicitNet2BesideAutomatic_isRefused() {
    TestPod pod = stage.podWith("one@net2,two");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 7, "\"net2\"", "shop/one", "shop/two"));
  }

  @Test
  void add_interfaceNameOfSandboxTaken_isRefused() {
    TestPod pod = stage.podWith("one,two@taken0");
    pod.netns().run("ip link add taken0 type veth peer name taken1");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 103, "taken0", "shop/two"));
  }

  @Test
  void add_noAnnotation_attachesDefaultNetworkAlone() {
    TestPod pod = stage.pod();

    Result added = pod.add();

    assertEquals(List.of("eth0"), interfaces(pod));
    assertEquals(1, pod.status().size());
    pod.call().after(added).run("CHECK");
    pod.delete();
  }

  @Test
  void add_podUnknown_isRefused() {
    TestPod pod = stage.pod();
    stage.forget(pod);

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 110, "shop/" + pod.name()));
  }

  @Test
  void add_podOfAnotherUid_isRefused() {
    TestPod pod = stage.pod();
    String arguments = pod.call().environment().get("CNI_ARGS").replace("uid-of", "older-uid-of");

    stage.assertUntouched(
        pod,
        () ->
            assertRefused(
                pod.call().with("CNI_ARGS", arguments).attempt("ADD"),
                110,
                "older-uid-of-" + pod.name(),
                "uid-of-" + pod.name()));
  }

  @Test
  void add_thirdNetworkBad_touchesNothing() {
    stage.define(
        "bad", Stage.macvlan("bad", "absent0", Stage.hostLocal("10.24.0.0/24")).toString());
    TestPod pod = stage.podWith("one,two,bad");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 100, "absent0", "shop/bad", "net3"));
  }

  @Test
  void add_thirdNetworkFailsWhenAttached_undoesEverything() {
    TestPod pod = stage.podWith("one,two,failing");

    stage.assertUndone(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 199, "no more", "shop/failing"));

    pod.delete();
  }

  @Test
  void add_attachedAlready_isRefusedAndTheFirstStays() {
    TestPod pod = stage.podWith("one");
    pod.add();
    String inside = pod.picture();

    assertRefused(pod.call().attempt("ADD"), 109, pod.call().environment().get("CNI_CONTAINERID"));

    assertEquals(inside, pod.picture());
    pod.delete();
  }

  @Test
  void del_twice_succeedsTwice() {
    TestPod pod = stage.podWith("one");
    pod.add();

    pod.delete();
    pod.delete();

    assertEquals(List.of(), interfaces(pod));
  }
}
