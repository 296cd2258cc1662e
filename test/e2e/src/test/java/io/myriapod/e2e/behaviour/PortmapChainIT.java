package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Greeting;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A default network of [built-in bridge, the reference portmap, the reference firewall]. */
@InNamespaces(
    kinds = "bridge",
    programs = {"iptables", "iptables-save", "perl"})
class PortmapChainIT {
  private static final Duration STARTED = Duration.ofSeconds(20);

  private static Stage stage;
  private static Netns client;
  private static String atRest;

  @BeforeAll
  static void open() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    stage = Stage.open();
    for (String type : List.of("portmap", "firewall")) {
      Files.createSymbolicLink(
          stage.bin().resolve(type), ReferencePlugins.NEW.folder().resolve(type));
    }
    client = Netns.create("client");
    stage.node().run("ip link add out0 type veth peer name eth0 netns " + client.name());
    stage.node().run("ip addr add 192.0.2.1/24 dev out0 && ip link set out0 up");
    client.run("ip addr add 192.0.2.2/24 dev eth0 && ip link set eth0 up");
    TestPod first = stage.pod(); // makes the chains that stay
    mapping(first, 8000).run("ADD");
    mapping(first, 8000).run("DEL");
    atRest = rules();
  }

  @AfterAll
  static void close() {
    client.close();
    stage.close();
  }

  /** As the runtime calls it for a pod with this port of the node mapped to its port 80. */
  private static Call mapping(TestPod pod, int port) {
    return pod.call().config(config(port).toString());
  }

  private static ObjectNode config(int port) {
    ObjectNode config = stage.config();
    chain((ArrayNode) config.at("/delegates/0/plugins"));
    config.putObject("capabilities").put("portMappings", true);
    config
        .putObject("runtimeConfig")
        .putArray("portMappings")
        .addObject()
        .put("hostPort", port)
        .put("containerPort", 80)
        .put("protocol", "tcp");
    return config;
  }

  private static void chain(ArrayNode plugins) {
    plugins.addObject().put("type", "portmap").putObject("capabilities").put("portMappings", true);
    plugins.addObject().put("type", "firewall");
  }

  /** Without what changes by itself. */
  private static String rules() {
    return stage
        .node()
        .run("iptables-save")
        .out()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll(" \\[[0-9:]+]$", ""))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** A server in the pod that greets whoever connects to port 80. */
  private static void serve(Netns pod, String address) {
    Greeting.serveIn(pod);
    Waiting.until(
        STARTED,
        "the pod's server",
        () -> Greeting.heard(stage.node(), address, 80).equals(Greeting.WORD));
  }

  @Test
  void addCheckDel_mappedPort_reachesThePodAndGoes() {
    TestPod pod = stage.pod();

    Result added = mapping(pod, 8080).run("ADD");

    serve(pod.netns(), pod.ipOf("eth0"));
    assertEquals(Greeting.WORD, Greeting.heard(client, "192.0.2.1", 8080));
    assertTrue(rules().contains("-A CNI-FORWARD -s " + pod.ipOf("eth0") + "/32 -j ACCEPT"));
    mapping(pod, 8080).after(added).run("CHECK");

    mapping(pod, 8080).after(added).run("DEL");
    assertEquals(atRest, rules());
    assertFalse(pod.netns().hasLink("eth0"));
    assertEquals("", Greeting.heard(client, "192.0.2.1", 8080));
  }

  @ParameterizedTest
  @CsvSource({
    "'iptables -t nat -F CNI-HOSTPORT-DNAT', 999, portmap",
    "'iptables -D CNI-FORWARD -s IP/32 -j ACCEPT', 999, firewall",
    "'ip address delete 10.10.0.1/24 dev cni0', 106, 10.10.0.1/24",
  })
  void check_changedByHand_isNamedByWhoeverMadeIt(String how, int code, String named) {
    TestPod pod = stage.pod();
    Result added = mapping(pod, 8081).run("ADD");

    stage.node().run(how.replace("IP", pod.ipOf("eth0")));

    assertRefused(mapping(pod, 8081).after(added).attempt("CHECK"), code, named);
    mapping(pod, 8081).run("DEL");
    stage.node().run("ip address replace 10.10.0.1/24 dev cni0");
    assertEquals(atRest, rules());
  }

  /** GC of the reference plugins does nothing: what they hold is freed by DELs from the journal. */
  @Test
  void gc_podNotListed_freesItsRulesAndNoOthers() {
    TestPod alive = stage.pod();
    TestPod dead = stage.pod();
    mapping(alive, 8082).run("ADD");
    String withoutTheDead = rules();
    mapping(dead, 8083).run("ADD");
    String both = rules();
    String gone = dead.ipOf("eth0");

    collectByTheReferenceItself();
    assertEquals(both, rules());
    ObjectNode config = config(8082);
    ArrayNode valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : List.of(stage.witness(), alive)) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }
    alive.call().config(config.toString()).run("GC");

    assertEquals(withoutTheDead, rules());
    assertFalse(stage.leases("pods").contains(gone));
    assertFalse(dead.netns().hasLink("eth0"));
    serve(alive.netns(), alive.ipOf("eth0"));
    assertEquals(Greeting.WORD, Greeting.heard(client, "192.0.2.1", 8082));
    mapping(alive, 8082).run("DEL");
    assertEquals(atRest, rules());
  }

  private static void collectByTheReferenceItself() {
    for (String type : List.of("portmap", "firewall")) {
      String config =
          "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"%s\",\"cni.dev/valid-attachments\":[]}"
              .formatted(type);
      stage
          .call("nobody", stage.node().path())
          .as(stage.bin().resolve(type))
          .config(config)
          .run("GC");
    }
  }

  @Test
  void status_allThere_isFineAndOneMissingIsNamed() throws IOException {
    Call call = stage.call("status", stage.node().path());
    call.config(config(8084).toString()).run("STATUS");

    ObjectNode missing = config(8084);
    ((ArrayNode) missing.at("/delegates/0/plugins")).addObject().put("type", "teleport");
    assertRefused(call.config(missing.toString()).attempt("STATUS"), 50, "teleport");
  }

  @Test
  void oneByOne_bridgePortmapFirewall_eachByARuntime(Netns pod) {
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\",\"name\":\"alone\"}");
    ArrayNode plugins = list.putArray("plugins");
    plugins
        .addObject()
        .put("type", "bridge")
        .put("bridge", "br-alone")
        .put("isDefaultGateway", true)
        .set("ipam", Stage.object(Stage.hostLocal("10.63.0.0/24")));
    plugins
        .addObject()
        .put("type", "portmap")
        .set("runtimeConfig", config(8085).path("runtimeConfig"));
    plugins.addObject().put("type", "firewall");
    OneByOne runtime = new OneByOne(stage, pod, "alone", list);

    Result added = runtime.add();
    serve(pod, "10.63.0.2");
    assertEquals(Greeting.WORD, Greeting.heard(client, "192.0.2.1", 8085));
    runtime.check(added);
    runtime.delete(added);

    assertEquals(atRest, rules());
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), stage.leases("alone"));
  }
}
