package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** [built-in macvlan, built-in tuning, the reference sbr], and the reference tuning behind ours. */
@InNamespaces(kinds = "macvlan")
class SbrChainIT {
  private static final String SYSCTL = "net/ipv4/conf/net1/arp_filter";

  private static Stage stage;

  @BeforeAll
  static void open() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    stage = Stage.open();
    for (String type : List.of("sbr", "tuning")) {
      Files.createSymbolicLink(
          stage.bin().resolve(type), ReferencePlugins.NEW.folder().resolve(type));
    }
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode list(String name, String subnet) {
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\"}").put("name", name);
    ArrayNode plugins = list.putArray("plugins");
    ObjectNode main = plugins.addObject().put("type", "macvlan").put("master", "parent0");
    ObjectNode ipam = Stage.object(Stage.hostLocal(subnet));
    ipam.putArray("routes").addObject().put("dst", "10.95.0.0/16");
    main.set("ipam", ipam);
    return list;
  }

  private static ObjectNode tuningAndSbr(String name, String subnet) {
    ObjectNode list = list(name, subnet);
    ArrayNode plugins = (ArrayNode) list.path("plugins");
    ObjectNode tuning = plugins.addObject().put("type", "tuning").put("mtu", 1400);
    tuning.putObject("sysctl").put(SYSCTL.replace("net1", "IFNAME").replace('/', '.'), "1");
    plugins.addObject().put("type", "sbr").put("builtin", false);
    return list;
  }

  private static TestPod podOf(ObjectNode list) {
    String name = list.path("name").asText();
    stage.define(name, list.toString());
    return stage.podWith(name);
  }

  private static List<String> rules(Netns pod) {
    return pod.run("ip rule show")
        .out()
        .lines()
        .map(line -> line.replaceAll("^\\d+:\\s*", ""))
        .toList();
  }

  private static String routes(Netns pod, String table) {
    return pod.attempt("ip", "route", "show", "table", table).out();
  }

  private static void assertEffect(Netns pod, String address) {
    assertTrue(rules(pod).contains("from " + address + " lookup 100"), () -> rules(pod).toString());
    assertTrue(routes(pod, "100").contains("10.95.0.0/16"));
    assertFalse(routes(pod, "main").contains("10.95.0.0/16"));
    assertEquals(1400, pod.link("net1").path("mtu").asInt());
    assertEquals("1", pod.sysctl(SYSCTL));
  }

  @Test
  void addCheckDel_macvlanTuningSbr_works() {
    TestPod pod = podOf(tuningAndSbr("mixed", "10.92.0.0/24"));
    List<String> atRest = rules(pod.netns());

    Result added = pod.add();
    assertEffect(pod.netns(), pod.ipOf("net1"));
    assertEquals(1400, pod.status().at("/1/mtu").asInt());
    pod.call().after(added).run("CHECK");
    pod.delete();

    assertFalse(pod.netns().hasLink("net1"));
    assertEquals(atRest, rules(pod.netns()));
    assertEquals("", routes(pod.netns(), "100"));
    assertEquals(List.of(), stage.leases("mixed"));
  }

  @ParameterizedTest
  @CsvSource({
    "'ip link set net1 mtu 1300', 'MTU'",
    "'echo 0 >/proc/sys/net/ipv4/conf/net1/arp_filter', 'arp_filter'",
    "'ip route delete 10.95.0.0/16 table 100', '10.95.0.0/16'",
    "'ip link set net1 address 02:00:00:00:00:77', 'MAC'",
  })
  void check_changedByHand_isNamed(String how, String named) {
    TestPod pod = podOf(tuningAndSbr("tampered", "10.93.0.0/24"));
    Result added = pod.add();

    pod.netns().run(how);

    assertRefused(pod.call().after(added).attempt("CHECK"), 106, named);
    pod.delete();
  }

  @Test
  void gc_podNotListed_goesWhollyAndTheOtherStays() {
    TestPod alive = podOf(tuningAndSbr("collected", "10.94.0.0/24"));
    TestPod dead = stage.podWith("collected");
    List<String> atRest = rules(dead.netns());
    Result added = alive.add();
    dead.add();
    ObjectNode config = stage.config();
    ArrayNode valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : List.of(stage.witness(), alive)) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }

    alive.call().config(config.toString()).run("GC");

    assertFalse(dead.netns().hasLink("net1"));
    assertEquals(atRest, rules(dead.netns()));
    assertEquals(List.of(alive.ipOf("net1")), stage.leases("collected"));
    assertEffect(alive.netns(), alive.ipOf("net1"));
    alive.call().after(added).run("CHECK");
    alive.delete();
  }

  /** The reference tuning sets an MTU and hands on the result as it was. */
  @Test
  void check_referenceTuningSetsTheMtu_passesAndStaysItsBusiness() {
    ObjectNode list = list("retuned", "10.96.0.0/24");
    ((ArrayNode) list.path("plugins"))
        .addObject()
        .put("type", "tuning")
        .put("builtin", false)
        .put("mtu", 1400);
    TestPod pod = podOf(list);

    Result added = pod.add();
    assertEquals(1400, pod.netns().link("net1").path("mtu").asInt());
    pod.call().after(added).run("CHECK");

    pod.netns().run("ip link set net1 mtu 1300");
    assertRefused(pod.call().after(added).attempt("CHECK"), 999, "tuning", "1300", "1400");
    pod.delete();
  }

  @Test
  void status_ofSuchADefaultNetwork_isTrue() {
    ObjectNode config = stage.config();
    config.set("delegates", config.arrayNode().add(tuningAndSbr("pods", "10.97.0.0/24")));
    Call call = stage.call("status", stage.node().path());
    call.config(config.toString()).run("STATUS");

    ((ObjectNode) config.at("/delegates/0/plugins/0")).put("master", "absent0");

    assertRefused(call.config(config.toString()).attempt("STATUS"), 50, "absent0");
  }
}
