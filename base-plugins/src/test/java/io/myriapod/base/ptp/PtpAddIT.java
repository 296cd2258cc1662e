package io.myriapod.base.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(
    kinds = "veth",
    programs = {"nft", "ping"})
class PtpAddIT {
  private static final String BOTH =
      "'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00:1::/64'}]],"
          + "'routes':[{'dst':'0.0.0.0/0'},{'dst':'::/0'}]";

  @TempDir private Path temp;
  private PtpLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new PtpLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** One line for each route: everything but the flags and the kernel's own words. */
  private static List<String> routes(Netns namespace, String family, String link) {
    List<String> lines = new ArrayList<>();
    for (JsonNode route : namespace.ip(family + " route show dev " + link)) {
      String destination = route.path("dst").asText();
      if (!destination.startsWith("fe80") && !destination.startsWith("ff00")) {
        lines.add(
            "%s via %s src %s scope %s"
                .formatted(
                    destination,
                    route.path("gateway").asText("-"),
                    route.path("prefsrc").asText("-"),
                    route.path("scope").asText("-")));
      }
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> global(Netns namespace, String link) {
    return namespace.addresses(link).stream().filter(one -> !one.startsWith("fe80")).toList();
  }

  private static Interface hostEnd(CniResult result) {
    return result.interfaces().get(0);
  }

  @Test
  void add_bothFamilies_makesRoutesOnBothEnds(Netns node, Netns pod) {
    CniResult result = lab.add("'mtu':1400," + lab.hostLocal(BOTH));

    String host = hostEnd(result).name();
    assertEquals(List.of("10.1.2.1/32", "fd00:1::1/128"), global(node, host));
    assertEquals(List.of("10.1.2.2 via - src - scope host"), routes(node, "", host));
    assertTrue(
        routes(node, "-6", host).contains("fd00:1::2 via - src - scope -"),
        () -> routes(node, "-6", host).toString());
    assertEquals(List.of("10.1.2.2/24", "fd00:1::2/64"), global(pod, "net1"));
    assertEquals(
        List.of(
            "10.1.2.0/24 via 10.1.2.1 src 10.1.2.2 scope -",
            "10.1.2.1 via - src 10.1.2.2 scope link",
            "default via 10.1.2.1 src - scope -"),
        routes(pod, "", "net1"));
    assertEquals(
        List.of(
            "default via fd00:1::1 src - scope -",
            "fd00:1::/64 via fd00:1::1 src fd00:1::2 scope -",
            "fd00:1::1 via - src fd00:1::2 scope -"),
        routes(pod, "-6", "net1"));
    assertEquals("1", node.sysctl("net/ipv4/ip_forward"));
    assertEquals("1", node.sysctl("net/ipv6/conf/all/forwarding"));
    assertEquals(1400, node.link(host).path("mtu").asInt());
    assertEquals(1400, pod.link("net1").path("mtu").asInt());
  }

  @Test
  void add_gatewayOfTheNodesDefaultRoute_isCode102AndLeavesNothing(Netns node) {
    node.run("ip link add up0 type veth peer name far0; ip link set up0 up; ip link set far0 up");
    node.run("ip address add 10.1.2.9/24 dev up0; ip route add default via 10.1.2.1");

    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.hostLocal("'subnet':'10.1.2.0/24'")));

    assertEquals(ErrorCode.ADDRESS_TAKEN, e.code());
    assertTrue(e.getMessage().contains("10.1.2.1/32 is the gateway of the node"), e::getMessage);
    lab.deleteByJournal();
    assertFalse(node.run("ip -br link").out().contains("veth"));
  }

  @Test
  void add_any_answersBothEndsAndTheAddressesOnThePods(Netns node, Netns pod) {
    CniResult result =
        lab.add("'dns':{'nameservers':['10.0.0.53']}," + lab.hostLocal("'subnet':'10.1.2.0/24'"));

    assertEquals(2, result.interfaces().size());
    assertEquals(
        node.link(hostEnd(result).name()).path("address").asText(),
        hostEnd(result).mac().orElse(""));
    assertEquals(Optional.empty(), hostEnd(result).sandbox());
    Interface podEnd = result.interfaces().get(1);
    assertEquals("net1", podEnd.name());
    assertEquals(pod.link("net1").path("address").asText(), podEnd.mac().orElse(""));
    assertEquals(Optional.of(pod.path().toString()), podEnd.sandbox());
    assertEquals(Optional.of(1), result.addresses().get(0).interfaceIndex());
    assertEquals(List.of("10.0.0.53"), result.dns().nameservers());
  }

  @Test
  void add_thenPing_passesBothWaysInBothFamilies(Netns node, Netns pod) {
    lab.add(lab.hostLocal(BOTH));

    pod.run("ping -n -c 1 -W 5 10.1.2.1");
    pod.run("ping -n -c 1 -W 5 fd00:1::1");
    node.run("ping -n -c 1 -W 5 10.1.2.2");
    node.run("ping -n -c 1 -W 5 fd00:1::2");
  }

  @Test
  void add_twoPodsOfOneSubnet_reachEachOtherThroughTheNode(Netns pod) {
    try (Netns other = Netns.create("other")) {
      lab.add(lab.hostLocal(BOTH));
      lab.add(lab.request("c2", "net1", other, lab.hostLocal(BOTH)));

      pod.run("ping -n -c 1 -W 5 10.1.2.3");
      other.run("ping -n -c 1 -W 5 fd00:1::2");
    }
  }

  @Test
  void add_linkDownAndUp_noConnectedRouteComesBack(Netns pod) {
    lab.add(lab.hostLocal("'subnet':'10.1.2.0/24'"));

    pod.run("ip link set net1 down; ip link set net1 up");

    assertEquals(List.of(), routes(pod, "", "net1"));
  }

  @Test
  void add_requestedMac_isThePodsEnd(Netns pod) {
    lab.add(
        "'runtimeConfig':{'mac':'02:00:00:00:00:2a'}," + lab.hostLocal("'subnet':'10.1.2.0/24'"));

    assertEquals("02:00:00:00:00:2a", pod.link("net1").path("address").asText());
  }

  @Test
  void add_addressWithoutSubnet_hasARouteToTheGateway(Netns node, Netns pod) {
    lab.add(
        "'ipam':{'type':'static','addresses':[{'address':'10.1.2.7/32','gateway':'169.254.1.1'}],"
            + "'routes':[{'dst':'0.0.0.0/0'}]}");

    assertEquals(
        List.of(
            "169.254.1.1 via - src 10.1.2.7 scope link", "default via 169.254.1.1 src - scope -"),
        routes(pod, "", "net1"));
    pod.run("ping -n -c 1 -W 5 169.254.1.1");
    node.run("ping -n -c 1 -W 5 10.1.2.7");
  }

  @Test
  void add_ipMasq_translatesTheAddress(Netns node) {
    lab.add("'ipMasq':true," + lab.hostLocal("'subnet':'10.1.2.0/24'"));

    assertTrue(node.run("nft list table inet myriapod").out().contains("10.1.2.2"));
  }

  @Test
  void add_addressRoutedElsewhere_isCode102AndLeavesNothing(Netns node, Netns pod) {
    node.run(
        "ip link add other0 type veth peer name other1; ip link set other0 up;"
            + " ip route add 10.1.2.2 dev other0 scope host");

    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.hostLocal("'subnet':'10.1.2.0/24'")));

    assertEquals(ErrorCode.ADDRESS_TAKEN, e.code());
    assertTrue(e.getMessage().contains("add route 10.1.2.2/32"), e::getMessage);
    assertTrue(e.getMessage().contains("EEXIST"), e::getMessage);
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void add_gatewayMissing_isCode7BeforeALinkIsMade(Netns node, Netns pod) {
    CniException e =
        assertThrows(
            CniException.class,
            () -> lab.add("'ipam':{'type':'static','addresses':[{'address':'10.1.2.7/24'}]}"));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertFalse(pod.hasLink("net1"));
    assertEquals(0, node.ip("link show type veth").size());
  }

  @Test
  void add_nameTakenInPod_isCode103AndReleasesTheLease(Netns node, Netns pod) {
    pod.run("ip link add net1 type veth peer name other0");

    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.hostLocal("'subnet':'10.1.2.0/24'")));

    assertEquals(ErrorCode.INTERFACE_EXISTS, e.code());
    assertEquals(List.of(), lab.leased());
    assertEquals(0, node.ip("link show type veth").size());
  }

  @Test
  void validate_any_changesNothing(Netns node, Netns pod) {
    lab.plugin.validate(lab.request("net1", "'ipMasq':true," + lab.hostLocal(BOTH)));

    assertFalse(pod.hasLink("net1"));
    assertEquals(0, node.ip("link show type veth").size());
    assertEquals("", node.run("nft list ruleset").out());
  }
}
