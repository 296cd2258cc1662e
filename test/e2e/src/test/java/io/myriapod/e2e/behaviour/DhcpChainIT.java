package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static java.nio.charset.StandardCharsets.US_ASCII;
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
import io.myriapod.fixtures.Waiting;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A built-in main plugin whose addresses come from a DHCP server, by the reference plugin {@code
 * dhcp} and its daemon.
 */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"dnsmasq", "nft"})
class DhcpChainIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Stage stage;
  private static Netns server;

  @BeforeAll
  static void open() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    stage = Stage.open();
    Path program = ReferencePlugins.NEW.folder().resolve("dhcp");
    Files.createSymbolicLink(stage.bin().resolve("dhcp"), program);
    stage.node().start(program.toString(), "daemon", "-socketpath", socket(), "-timeout", "5s");
    server = Netns.create("server");
    connect();
    serve();
    Waiting.until(SOON, "the daemon", () -> Files.exists(Path.of(socket())));
  }

  /** The server's link is a port of a bridge, as is the parent of macvlans. */
  private static void connect() {
    stage.node().run("ip link set wire0 netns " + server.name());
    stage.node().run("ip link add lan0 type bridge && ip link set lan0 up");
    stage.node().run("ip link add lan-port type veth peer name wire1 netns " + server.name());
    stage.node().run("ip link set lan-port master lan0 up");
    server.run("ip link set lo up && ip link add lan type bridge && ip link set lan up");
    server.run("ip link set wire0 master lan up && ip link set wire1 master lan up");
    server.run("ip address add 10.90.0.1/24 dev lan");
    // The daemon sends its RELEASE from 0.0.0.0 to the server's address, which Linux drops as a
    // martian before dnsmasq sees it; servers that read raw packets do see it.
    server
        .command("nft", "-f", "-")
        .withStdin(
            """
            table ip dhcp {
              chain early {
                type filter hook prerouting priority raw
                ip saddr 0.0.0.0 ip daddr 10.90.0.1 udp dport 67 ip daddr set 255.255.255.255
              }
            }
            """)
        .run();
    server.settle();
  }

  private static void serve() {
    server.start(
        "dnsmasq",
        "--no-daemon",
        "--conf-file=/dev/null",
        "--user=root",
        "--port=0",
        "--interface=lan",
        "--bind-interfaces",
        "--dhcp-authoritative",
        "--no-ping",
        "--dhcp-range=10.90.0.50,10.90.0.99,255.255.255.0,1h",
        "--dhcp-leasefile=" + leaseFile(),
        "--log-dhcp",
        "--log-facility=" + stage.at("dnsmasq.log"),
        "--pid-file=");
  }

  @AfterAll
  static void close() {
    stage.close();
    server.close();
  }

  private static String socket() {
    return stage.at("dhcp.sock").toString();
  }

  private static Path leaseFile() {
    return stage.at("dnsmasq.leases");
  }

  /** The addresses that the server has leased to a container; the client id begins with its id. */
  private static List<String> leased(String container) {
    String clientId = "00" + HexFormat.of().formatHex((container + "/").getBytes(US_ASCII));
    try (Stream<String> leases = Files.lines(leaseFile())) {
      return leases
          .map(lease -> lease.split(" "))
          .filter(fields -> fields[4].replace(":", "").startsWith(clientId))
          .map(fields -> fields[2])
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + leaseFile(), e);
    }
  }

  private static List<String> leased(TestPod pod) {
    return leased("box-" + pod.name());
  }

  private static ObjectNode main(String type) {
    ObjectNode config = Stage.object("{\"cniVersion\":\"1.1.0\"}").put("name", type + "-dhcp");
    config.put("type", type).put("master", "parent0").put("bridge", "lan0");
    config.remove(type.equals("bridge") ? "master" : "bridge");
    config.putObject("ipam").put("type", "dhcp").put("daemonSocketPath", socket());
    return config;
  }

  private static TestPod podOn(String type) {
    stage.define(type + "-dhcp", main(type).toString());
    return stage.podWith(type + "-dhcp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"macvlan", "bridge"})
  void addCheckDel_addressOfTheServer_isOnTheLinkAndGivenBack(String type) {
    TestPod pod = podOn(type);

    Result added = pod.add();

    String address = pod.ipOf("net1");
    assertEquals(List.of(address), leased(pod));
    assertTrue(pod.netns().link("net1").path("flags").toString().contains("\"UP\""));
    assertTrue(pod.reaches("10.90.0.1"));
    pod.call().after(added).run("CHECK");
    assertEquals(List.of(address), leased(pod));

    pod.delete();
    assertFalse(pod.netns().hasLink("net1"));
    assertEquals(List.of(), leased(pod), "the server was not told");
  }

  @Test
  void check_addressRemoved_isNamed() {
    TestPod pod = podOn("macvlan");
    Result added = pod.add();
    String address = pod.ipOf("net1");
    pod.netns().run("ip address flush dev net1 scope global");

    assertRefused(pod.call().after(added).attempt("CHECK"), 106, address);

    pod.delete();
    assertEquals(List.of(), leased(pod));
  }

  @Test
  void gc_podNotListed_givesItsLeaseBackAndNoOther() {
    TestPod alive = podOn("macvlan");
    TestPod dead = podOn("macvlan");
    alive.add();
    dead.add();
    ObjectNode config = stage.config();
    ArrayNode valid = config.putArray("cni.dev/valid-attachments");
    for (TestPod pod : List.of(stage.witness(), alive)) {
      valid.addObject().put("containerID", "box-" + pod.name()).put("ifname", "eth0");
    }

    alive.call().config(config.toString()).run("GC");

    assertEquals(List.of(alive.ipOf("net1")), leased(alive));
    assertEquals(List.of(), leased(dead));
    assertFalse(dead.netns().hasLink("net1"));
    alive.delete();
    assertEquals(List.of(), leased(alive));
  }

  @Test
  void del_namespaceGone_succeeds() {
    TestPod pod = podOn("macvlan");
    pod.add();
    pod.netns().close();

    pod.delete();

    assertTrue(
        Journal.read(stage.at("var/lib/myriapod/journal")).stream()
            .noneMatch(record -> record.key().container().value().equals("box-" + pod.name())));
  }

  @Test
  void status_daemonThereOrNot_isTrue() {
    Call call = stage.call("status", stage.node().path());
    ObjectNode config = stage.config();
    ObjectNode plugin = (ObjectNode) config.at("/delegates/0/plugins/0");
    ObjectNode ipam = plugin.putObject("ipam").put("type", "dhcp");
    ipam.put("daemonSocketPath", socket());
    call.config(config.toString()).run("STATUS");

    ipam.put("daemonSocketPath", stage.at("nobody.sock").toString());

    assertRefused(call.config(config.toString()).attempt("STATUS"), 50, "dhcp", "nobody.sock");
  }

  @Test
  void add_laterNetworkFails_givesTheLeaseBack() {
    stage.define(
        "late", Stage.macvlan("late", "absent0", Stage.hostLocal("10.91.0.0/24")).toString());
    TestPod pod = podOn("macvlan");
    stage.announce(pod.name(), Map.of("k8s.v1.cni.cncf.io/networks", "macvlan-dhcp,late"));

    assertRefused(pod.call().attempt("ADD"), 100, "absent0");

    assertEquals(List.of(), leased(pod));
  }

  @Test
  void oneByOne_macvlan_eachVerbByARuntime(Netns pod) {
    Solo solo = Solo.of(stage, pod, "alone", main("macvlan"));

    Result added = solo.call().run("ADD");
    assertEquals(1, leased("alone").size());
    solo.call().after(added).run("CHECK");
    solo.call().run("STATUS");
    solo.call().after(added).run("DEL");

    assertEquals(List.of(), leased("alone"));
    assertFalse(pod.hasLink("net1"));
  }
}
