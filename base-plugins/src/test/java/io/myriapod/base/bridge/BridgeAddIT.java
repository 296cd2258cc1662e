package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.types.IpAddresses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(kinds = {"bridge", "veth"})
class BridgeAddIT {
  @TempDir private Path temp;
  private BridgeLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new BridgeLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void add_defaultGateway_podReachesTheBridge(Netns node, Netns pod) {
    CniResult result = lab.add("'isDefaultGateway':true," + subnet());

    assertEquals(List.of("10.1.2.1/24"), v4(node, "cni0"));
    assertEquals(List.of("10.1.2.2/24"), v4(pod, "eth0"));
    assertEquals("10.1.2.1", pod.ip("route show default").at("/0/gateway").asText());
    assertEquals("1", node.sysctl("net/ipv4/ip_forward"));
    assertEquals(IpAddresses.parse("10.1.2.1"), result.routes().get(0).gateway().orElseThrow());
    pod.run("ping -c1 -W2 10.1.2.1");
  }

  @Test
  void add_any_resultHasBridgeHostEndAndPodInThatOrder(Netns node, Netns pod) {
    CniResult result = lab.add("'mtu':1400," + subnet());

    List<Interface> interfaces = result.interfaces();
    String hostEnd = interfaces.get(1).name();
    assertTrue(hostEnd.matches("veth[0-9a-f]{8}"), hostEnd);
    assertShown(node.link("cni0"), interfaces.get(0), Optional.empty());
    assertShown(node.link(hostEnd), interfaces.get(1), Optional.empty());
    assertShown(pod.link("eth0"), interfaces.get(2), Optional.of(pod.path().toString()));
    assertEquals(Optional.of(2), result.addresses().get(0).interfaceIndex());
    assertEquals("cni0", node.link(hostEnd).get("master").asText());
    assertEquals(1400, node.link("cni0").get("mtu").asInt());
    assertEquals(1400, pod.link("eth0").get("mtu").asInt());
  }

  @Test
  void add_any_macsAreSetSoThatUdevLeavesThem(Netns node, Netns pod) {
    CniResult result = lab.add("'runtimeConfig':{'mac':'02:00:00:00:00:2a'}," + subnet());

    String hostEnd = result.interfaces().get(1).name();
    // NET_ADDR_SET: udev's MACAddressPolicy=persistent acts on random (1) addresses only
    for (String link : List.of("cni0", hostEnd)) {
      assertEquals("3", addressAssignment(node, link));
    }
    assertEquals("02:00:00:00:00:2a", pod.link("eth0").get("address").asText());
    assertNotEquals(
        node.link("cni0").get("address").asText(), node.link(hostEnd).get("address").asText());
  }

  @Test
  void add_secondPodWithLowerMac_bridgeKeepsItsMac(Netns node, Netns pod, Netns other) {
    lab.add(subnet());
    String before = node.link("cni0").get("address").asText();

    lab.add(lab.request("c2", "eth0", other, subnet()));

    assertEquals(before, node.link("cni0").get("address").asText());
    assertEquals(2, node.ip("link show master cni0").size());
  }

  /** What a port sends comes back to it, its own announcements too. */
  @Test
  void add_hairpinAndIpv6_addressIsUsable(Netns pod) {
    lab.add("'isGateway':true,'hairpinMode':true," + lab.hostLocal("'subnet':'fd00:1::/64'"));

    assertTrue(pod.attempt("ping -6 -c 3 -i 0.2 -W 5 fd00:1::1").ok());
    pod.settle();
    assertEquals(0, pod.ip("-6 address show dadfailed").size());
  }

  @Test
  void add_hairpin_isSetOnThePort(Netns node) {
    String port = lab.add("'hairpinMode':true").interfaces().get(1).name();

    assertTrue(node.link(port).at("/linkinfo/info_slave_data/hairpin").asBoolean());
  }

  @Test
  void add_promiscuous_isSetOnTheBridge(Netns node) {
    lab.add("'promiscMode':true");

    assertTrue(node.link("cni0").get("flags").toString().contains("PROMISC"));
  }

  @Test
  void add_any_setsTheSysctlsOfTheReference(Netns node, Netns pod) {
    String port = lab.add(subnet()).interfaces().get(1).name();

    assertEquals("1", pod.sysctl("net/ipv4/conf/eth0/arp_notify"));
    assertEquals("0", node.sysctl("net/ipv6/conf/cni0/accept_ra"));
    assertEquals("0", node.sysctl("net/ipv6/conf/" + port + "/accept_ra"));
  }

  @Test
  void add_withoutIpam_isUpAndHasNoAddress(Netns pod) {
    CniResult result = lab.add("'isGateway':true");

    assertEquals(List.of(), result.addresses());
    assertTrue(pod.link("eth0").get("flags").toString().contains("\"UP\""));
  }

  @Test
  void add_ipv6Gateway_answersAtOnceAndForwardingIsOn(Netns node, Netns pod) {
    lab.add("'isDefaultGateway':true,'dad':'none'," + lab.hostLocal("'subnet':'fd00:1::/64'"));

    assertEquals("1", node.sysctl("net/ipv6/conf/all/forwarding"));
    JsonNode bridge = node.ip("-6 addr show dev cni0 scope global").at("/0/addr_info/0");
    assertEquals("fd00:1::1", bridge.get("local").asText());
    assertFalse(bridge.has("tentative"), bridge::toString);
    pod.run("ping -c1 -W2 fd00:1::1");
  }

  @Test
  void add_otherGatewayOnBridge_isRefusedAndForceAddressMakesItGiveWay(
      Netns node, Netns pod, Netns other) {
    lab.add("'isGateway':true," + subnet());
    String config =
        "'isGateway':true," + lab.hostLocal("'subnet':'10.1.2.0/24','gateway':'10.1.2.9'");

    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.request("c2", "eth0", other, config)));
    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(
        e.getMessage().contains("has the address 10.1.2.1/24: want 10.1.2.9/24"), e::getMessage);
    assertFalse(other.hasLink("eth0"));
    assertEquals(1, lab.journal.all().size());

    lab.add(lab.request("c2", "eth0", other, "'forceAddress':true," + config));
    assertEquals(List.of("10.1.2.9/24"), v4(node, "cni0"));
  }

  @Test
  void add_twoRangesOfOneFamily_bridgeGetsBothGateways(Netns node) {
    lab.add(
        "'isGateway':true,"
            + lab.hostLocal("'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'10.1.3.0/24'}]]"));

    assertEquals(List.of("10.1.2.1/24", "10.1.3.1/24"), v4(node, "cni0"));
  }

  @Test
  void add_nameTakenInPod_isCode103AndNothingIsLeftButTheBridge(Netns node, Netns pod) {
    pod.run("ip link add eth0 type veth peer name other0");

    CniException e = assertThrows(CniException.class, () -> lab.add(subnet()));

    assertEquals(ErrorCode.INTERFACE_EXISTS, e.code());
    assertEquals(List.of(), lab.journal.all());
    assertEquals(0, node.ip("link show type veth").size());
  }

  @Test
  void add_foreignIpamFails_leavesNothingButTheBridge(Netns node, Netns pod) throws Exception {
    Path plugin = Files.writeString(temp.resolve("broken-ipam"), "#!/bin/false\n");
    plugin.toFile().setExecutable(true);

    CniException e =
        assertThrows(CniException.class, () -> lab.add("'ipam':{'type':'broken-ipam'}"));

    assertEquals(77, e.code());
    assertFalse(pod.hasLink("eth0"));
    assertEquals(0, node.ip("link show type veth").size());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void add_manyPodsAtOnceOnANewBridge_allAreOnIt(Netns node) throws Exception {
    List<Netns> pods = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(12);
    try {
      List<Future<CniResult>> results = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Netns pod = Netns.create("many");
        pods.add(pod);
        PluginRequest request =
            lab.request("many" + i, "eth0", pod, "'isDefaultGateway':true," + subnet());
        results.add(threads.submit(() -> lab.add(request)));
      }
      for (Future<CniResult> result : results) {
        assertEquals(3, result.get().interfaces().size());
      }
      assertEquals(12, node.ip("link show master cni0").size());
      assertEquals(List.of("10.1.2.1/24"), v4(node, "cni0"));
    } finally {
      threads.shutdown();
      pods.forEach(Netns::close);
    }
  }

  @Test
  void validate_bridgeNameOfAnotherKind_isCode108(Netns node) {
    node.run("ip link add cni0 type veth peer name far0");

    CniException e =
        assertThrows(CniException.class, () -> lab.plugin.validate(lab.request("eth0", subnet())));

    assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
    assertTrue(e.getMessage().contains("\"cni0\""), e::getMessage);
  }

  @Test
  void validate_any_changesNothing(Netns node, Netns pod) {
    lab.plugin.validate(lab.request("eth0", "'ipMasq':true,'isGateway':true," + subnet()));

    assertFalse(node.hasLink("cni0"));
    assertFalse(pod.hasLink("eth0"));
    assertEquals("", node.run("nft list ruleset").out());
  }

  /** sysfs shows the namespace of who mounted it. */
  private static String addressAssignment(Netns namespace, String link) {
    String read = "mount -t sysfs sysfs /sys && cat /sys/class/net/" + link + "/addr_assign_type";
    return namespace.run("unshare", "--mount", "sh", "-c", read).out().strip();
  }

  private void assertShown(JsonNode link, Interface attached, Optional<String> sandbox) {
    assertEquals(link.get("ifname").asText(), attached.name());
    assertEquals(Optional.of(link.get("address").asText()), attached.mac());
    assertEquals(Optional.of(link.get("mtu").asInt()), attached.mtu());
    assertEquals(sandbox, attached.sandbox());
  }

  private String subnet() {
    return lab.hostLocal("'subnet':'10.1.2.0/24'");
  }

  private static List<String> v4(Netns namespace, String link) {
    return namespace.addresses(link).stream().filter(one -> !one.contains(":")).toList();
  }
}
