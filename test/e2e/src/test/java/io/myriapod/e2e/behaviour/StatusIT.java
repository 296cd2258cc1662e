package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** STATUS: whether an ADD could be served now, and if not, why. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class StatusIT {
  private static final String ONE_ADDRESS =
      "{'type':'host-local','ranges':[[{'subnet':'10.90.0.0/24','rangeStart':'10.90.0.9','rangeEnd':'10.90.0.9'}]]}";
  private static final int UNAVAILABLE = 50;

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    stage.node().run("ip link add down0 type veth peer name down1");
    stage.node().run("ip link add port0 type veth peer name port1; ip link set port0 up");
    stage.node().run("ip link add br-ports type bridge; ip link set port0 master br-ports");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode json(String text) {
    return Stage.object(text.replace('\'', '"'));
  }

  private static Call status(ObjectNode config) {
    config.put("cniVersion", "1.1.0");
    if (!config.has("name")) {
      config.put("name", "asked");
    }
    return stage
        .call("asks", stage.node().path())
        .as(stage.shimAs(config.path("type").asText()))
        .without("CNI_CONTAINERID")
        .without("CNI_NETNS")
        .without("CNI_IFNAME")
        .without("CNI_ARGS")
        .config(config.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'macvlan','master':'parent0'}",
        "{'type':'macvlan','master':'inside0','linkInContainer':true}",
        "{'type':'macvlan','master':'parent0','mtu':1500,'ipam':{'type':'static','addresses':[{'address':'10.1.1.1/24'}]}}",
        "{'type':'bridge','bridge':'br-not-yet','ipMasq':true}",
        "{'type':'bridge','bridge':'br-ports'}",
        "{'type':'host-local','ipam':{'type':'host-local','subnet':'10.91.0.0/24'}}",
        "{'type':'static','ipam':{'type':'static','addresses':[{'address':'10.1.1.1/24'}]}}",
        "{'type':'passthru'}",
      })
  void status_nothingMissing_isSilent(String config) {
    assertEquals("", status(json(config)).run("STATUS").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'macvlan','master':'absent0'} | parent link \"absent0\" is not in the node | ip link",
        "{'type':'macvlan'} | of the default route | master",
        "{'type':'macvlan','master':'down0'} | \"down0\" of the node is down | ip link set down0 up",
        "{'type':'macvlan','master':'port0'} | \"port0\" of the node is a port of bridge \"br-ports\" | master",
        "{'type':'macvlan','master':'parent0','mtu':1501} | \"mtu\" is 1501: want 0 to 1500 | parent0",
        "{'type':'macvlan','master':'parent0','ipam':{'type':'teleport'}} | plugin \"teleport\" is not in | install",
        "{'type':'bridge','bridge':'down0'} | \"down0\" of the node is of kind \"veth\": want a bridge | bridge",
        "{'type':'bridge','bridge':'br-ports','ipam':{'type':'teleport'}} | plugin \"teleport\" is not in | install",
        "{'type':'macvlan','master':'parent0','ipam':{'type':'dhcp'}} | its daemon does not answer at \"/run/cni/dhcp.sock\": No such file | daemonSocketPath",
      })
  void status_somethingMissing_saysWhat(String config, String finding, String whatToDo) {
    assumeTrue(!config.contains("dhcp") || !Files.exists(Path.of("/run/cni/dhcp.sock")));

    assertRefused(status(json(config)).attempt("STATUS"), UNAVAILABLE, finding, whatToDo);
  }

  @Test
  void status_ofIpamsOwn_isHandedOn() {
    RecorderPlugin ipam = RecorderPlugin.install(stage.bin(), "ipam");
    Call call =
        status(json("{'type':'macvlan','master':'parent0','ipam':{'type':'ipam','colour':'red'}}"));
    assertEquals("", call.run("STATUS").out());
    assertEquals("red", ipam.calls("STATUS").get(0).config().at("/ipam/colour").asText());

    ipam.answer("STATUS", Answer.failsWith(51, "the pool is on fire", ""));

    assertRefused(call.attempt("STATUS"), 51, "the pool is on fire");
  }

  @Test
  void status_lastAddressTaken_isUnavailableUntilItIsFree(Netns pod) {
    ObjectNode config = json("{'type':'macvlan','master':'parent0'}");
    config.put("name", "one").set("ipam", json(ONE_ADDRESS));
    assertEquals("", status(config).run("STATUS").out());
    Solo solo = Solo.of(stage, pod, "holder", config);
    solo.call().run("ADD");

    Result full = status(config).attempt("STATUS");

    assertRefused(full, UNAVAILABLE, "\"one\"", "10.90.0.9", "holder/net1", "widen the range");
    solo.call().run("DEL");
    assertEquals("", status(config).run("STATUS").out());
  }

  @Test
  void status_oneOfTwoRangeSetsFull_isUnavailable(Netns pod) throws IOException {
    ObjectNode config = json("{'type':'bridge','bridge':'br-ports','name':'two'}");
    config.set(
        "ipam",
        json(
            "{'type':'host-local','ranges':[[{'subnet':'10.92.0.0/24'}],[{'subnet':'fd92::/126'}]]}"));
    Path leases = Files.createDirectories(stage.at("var/lib/cni/networks/two"));
    Files.writeString(leases.resolve("fd92::2"), "a\r\nnet1");
    assertEquals("", status(config).run("STATUS").out());
    Files.writeString(leases.resolve("fd92::3"), "b\r\nnet1");

    assertRefused(status(config).attempt("STATUS"), UNAVAILABLE, "range set 1", "fd92::");
  }

  @ParameterizedTest
  @EnumSource(ReferencePlugins.class)
  void status_referencesDhcpDaemon_isFoundAliveAndDead(ReferencePlugins reference, Netns pod)
      throws IOException {
    reference.missing().ifPresent(reason -> assumeTrue(false, reason));
    Path dhcp = reference.folder().resolve("dhcp");
    Files.copy(dhcp, stage.bin().resolve("dhcp"), StandardCopyOption.REPLACE_EXISTING);
    Path socket = stage.at("dhcp-%s.sock".formatted(reference));
    ObjectNode config = json("{'type':'macvlan','master':'parent0','name':'leased'}");
    config.putObject("ipam").put("type", "dhcp").put("daemonSocketPath", socket.toString());
    String version = reference == ReferencePlugins.OLD ? "1.0.0" : "1.1.0";
    Solo solo = Solo.of(stage, pod, "asks", config.put("cniVersion", version));
    assertRefused(solo.call().attempt("ADD"), 11, "daemon does not answer", socket.toString());
    assertFalse(pod.hasLink("net1"));

    Process daemon =
        stage.node().start(dhcp.toString(), "daemon", "-socketpath", socket.toString());
    Waiting.until(Duration.ofSeconds(20), "the daemon's socket", () -> Files.exists(socket));

    if (reference == ReferencePlugins.NEW) {
      assertEquals("", status(config).run("STATUS").out());
    }
    daemon.destroyForcibly();
    Waiting.until(Duration.ofSeconds(20), "the daemon's end", () -> !daemon.isAlive());
    assertRefused(
        status(config).attempt("STATUS"), UNAVAILABLE, "Connection refused", "dhcp daemon");
  }

  @Test
  void status_ofTheMeta_isAboutTheDefaultNetworkAlone() {
    stage.define(
        "tiny", Stage.macvlan("tiny", "parent0", ONE_ADDRESS.replace('\'', '"')).toString());
    stage.define("parentless", Stage.macvlan("parentless", "absent0", "{}").toString());
    TestPod pod = stage.podWith("tiny");
    pod.add();
    Call meta = stage.call("status", stage.node().path());

    assertEquals("", meta.run("STATUS").out());

    ObjectNode full = stage.config();
    ((ObjectNode) full.at("/delegates/0")).put("name", "tiny");
    ((ObjectNode) full.at("/delegates/0/plugins/0"))
        .set("ipam", Stage.object(ONE_ADDRESS.replace('\'', '"')));
    assertRefused(
        meta.config(full.toString()).attempt("STATUS"),
        UNAVAILABLE,
        "default network",
        "10.90.0.9");
    ObjectNode parentless = stage.config();
    ((ObjectNode) parentless.at("/delegates/0/plugins/0"))
        .put("type", "macvlan")
        .put("master", "absent0")
        .remove("bridge");
    assertRefused(meta.config(parentless.toString()).attempt("STATUS"), UNAVAILABLE, "absent0");
    pod.delete();
    stage.undefine("tiny");
    stage.undefine("parentless");
    assertTrue(stage.witness().reaches(Stage.GATEWAY));
    assertEquals(List.of(), stage.leases("tiny"));
  }
}
