package io.myriapod.ipam.link;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.ipam.fixed.StaticAddresses;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link {@code net1} in {@code pod} whose other end is {@code far0} in {@code far}. */
@InNamespaces
class LinkAddressingIT {
  private static final String BOTH =
      "{'type':'static','addresses':[{'address':'10.1.2.3/24','gateway':'10.1.2.1'},{'address':'fd00:1::3/64','gateway':'fd00:1::1'}],'routes':[{'dst':'0.0.0.0/0'},{'dst':'::/0'}]}";

  private final LinkedBlockingQueue<ConflictListener.Conflict> conflicts =
      new LinkedBlockingQueue<>();
  private final LinkAddressing addressing = new LinkAddressing(conflicts::add);
  private NetworkNamespace open;
  private Link link;

  @BeforeEach
  void newLink(Netns pod, Netns far) {
    pod.run("ip link set lo up; ip link add net1 type veth peer name far0 netns " + far.name());
    far.run("ip link set far0 up");
    open = NetworkNamespace.open(pod.path());
    link = open.links().require("net1");
  }

  @AfterEach
  void close() {
    addressing.close();
    open.close();
  }

  private static CniResult result(String ipam) {
    return new StaticAddresses().allocate(request("a", config(ipam)));
  }

  private void configure(String ipam, DadPolicy dad) {
    addressing.configure(open, link, result(ipam), dad);
  }

  private static JsonNode one(JsonNode list) {
    assertEquals(1, list.size(), list.toString());
    return list.get(0);
  }

  private static boolean has(Netns where, String flag) {
    return StreamSupport.stream(
            where
                .ip("-6 address show dev net1 scope global")
                .get(0)
                .path("addr_info")
                .spliterator(),
            false)
        .anyMatch(address -> address.path(flag).asBoolean());
  }

  @Test
  void configure_bothFamilies_addressesUpAndDefaultRoutes(Netns pod) {
    configure(BOTH, DadPolicy.OPTIMISTIC);
    assertTrue(pod.addresses("net1").containsAll(List.of("10.1.2.3/24", "fd00:1::3/64")));
    assertTrue(pod.link("net1").path("flags").toString().contains("\"UP\""));
    assertEquals("10.1.2.1", one(pod.ip("route show default")).path("gateway").asText());
    assertEquals("fd00:1::1", one(pod.ip("-6 route show default")).path("gateway").asText());
    assertEquals(
        "10.1.2.255", pod.ip("-4 address show dev net1").at("/0/addr_info/0/broadcast").asText());
  }

  @Test
  void configure_routeWithEveryKey_kernelHasThem(Netns pod) {
    configure(
        "{'type':'static','addresses':[{'address':'10.1.2.3/24'}],'routes':[{'dst':'10.9.0.0/16','gw':'10.1.2.9','mtu':1400,'advmss':1360,'priority':50,'table':100},{'dst':'10.8.0.0/16','scope':253}]}",
        DadPolicy.OPTIMISTIC);
    JsonNode route = one(pod.ip("-d route show table 100"));
    assertEquals("10.9.0.0/16", route.path("dst").asText());
    assertEquals("10.1.2.9", route.path("gateway").asText());
    assertEquals(50, route.path("metric").asInt());
    assertEquals(1400, route.at("/metrics/0/mtu").asInt());
    assertEquals(1360, route.at("/metrics/0/advmss").asInt());
    assertEquals("link", one(pod.ip("-d route show 10.8.0.0/16")).path("scope").asText());
  }

  @Test
  void configure_gatewayOutsidePrefix_isOnLink(Netns pod) {
    configure(
        "{'type':'static','addresses':[{'address':'10.1.2.3/32','gateway':'169.254.1.1'}],'routes':[{'dst':'0.0.0.0/0'}]}",
        DadPolicy.OPTIMISTIC);
    JsonNode route = one(pod.ip("route show default"));
    assertEquals("169.254.1.1", route.path("gateway").asText());
    assertTrue(route.path("flags").toString().contains("onlink"), route.toString());
  }

  @Test
  void configure_defaultRouteIsThere_bothStayAndOldOneIsFirst(Netns pod) {
    pod.run(
        "ip link add eth0 type veth peer name eth0peer; ip link set eth0 up; ip link set eth0peer up; ip address add 10.5.0.2/24 dev eth0; ip route add default via 10.5.0.1");
    configure(BOTH, DadPolicy.OPTIMISTIC);
    JsonNode routes = pod.ip("-4 route show default");
    assertEquals(2, routes.size());
    assertEquals("eth0", routes.get(0).path("dev").asText());
  }

  @Test
  void configure_emptyResult_bringsLinkUp(Netns pod) {
    addressing.configure(open, link, CniResult.empty(), DadPolicy.OPTIMISTIC);
    assertTrue(pod.link("net1").path("flags").toString().contains("\"UP\""));
    assertEquals("UP", pod.link("net1").path("operstate").asText());
  }

  @Test
  void configure_addressForOtherInterface_isRefusedBeforeAnything(Netns pod) {
    CniResult other =
        CniResult.of(Interface.onHost("cni0", MacAddress.random(), 1500))
            .withAddresses(
                result(BOTH).addresses().stream().map(each -> each.onInterface(0)).toList());
    assertThrows(
        CniException.class, () -> addressing.configure(open, link, other, DadPolicy.OPTIMISTIC));
    assertFalse(pod.link("net1").path("flags").toString().contains("\"UP\""));
  }

  @Test
  void configure_addressIsThereAlready_keepsKernelText(Netns pod) {
    pod.run("ip address add 10.1.2.3/24 dev net1");
    CniException refused =
        assertThrows(CniException.class, () -> configure(BOTH, DadPolicy.OPTIMISTIC));
    assertEquals(105, refused.code());
    assertTrue(refused.getMessage().contains("EEXIST"), refused.getMessage());
  }

  @Test
  void configure_ipv6Disabled_isEnabledForTheLinkAlone(Netns pod) {
    pod.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
    pod.sysctl("net/ipv6/conf/net1/disable_ipv6", "1");
    configure(BOTH, DadPolicy.NONE);
    assertEquals("0", pod.sysctl("net/ipv6/conf/net1/disable_ipv6"));
    assertEquals("1", pod.sysctl("net/ipv6/conf/all/disable_ipv6"));
    assertEquals("1", pod.sysctl("net/ipv6/conf/net1/keep_addr_on_down"));
  }

  @Test
  void configure_optimistic_addressAnswersAtOnce(Netns pod, Netns far) {
    far.run("ip address add fd00:1::1/64 dev far0 nodad");
    configure(BOTH, DadPolicy.OPTIMISTIC);
    pod.run("ping -6 -c 1 -W 1 fd00:1::1");
    assertTrue(has(pod, "optimistic"), "detection is still going on");
  }

  @Test
  @InNamespaces(kinds = "macvlan")
  void configure_optimisticOnMacvlan_addressAnswersAtOnce(Netns pod, Netns far, Netns node) {
    node.run("ip link add par0 type veth peer name far1 netns " + far.name());
    node.run("ip link set par0 up; ip link add link par0 name up0 type macvlan mode bridge");
    node.run("ip link set up0 name net2 netns " + pod.name());
    far.run("ip link set far1 up; ip address add fd00:1::1/64 dev far1 nodad");
    Link macvlan = open.links().require("net2");
    addressing.configure(open, macvlan, result(BOTH), DadPolicy.OPTIMISTIC);
    pod.run("ping -6 -c 1 -W 1 fd00:1::1");
  }

  @Test
  void configure_optimistic_linkHasOneLinkLocalAddress(Netns pod) {
    configure(BOTH, DadPolicy.OPTIMISTIC);
    assertEquals(1, pod.addresses("net1").stream().filter(each -> each.startsWith("fe80")).count());
  }

  @Test
  void configure_none_addressIsNeverTentative(Netns pod) {
    configure(BOTH, DadPolicy.NONE);
    assertFalse(has(pod, "tentative"));
    assertTrue(has(pod, "nodad"));
  }

  @Test
  void configure_wait_addressIsSettledAtReturn(Netns pod) {
    configure(BOTH, DadPolicy.WAIT);
    assertFalse(has(pod, "tentative"));
    assertEquals("fd00:1::1", one(pod.ip("-6 route show default")).path("gateway").asText());
  }

  @Test
  void configure_waitAndDuplicate_isOneHundredSeven(Netns far) {
    far.run("ip address add fd00:1::3/64 dev far0 nodad");
    CniException duplicate =
        assertThrows(CniException.class, () -> configure(BOTH, DadPolicy.WAIT));
    assertEquals(107, duplicate.code());
    assertTrue(duplicate.getMessage().contains("fd00:1::3/64"), duplicate.getMessage());
  }

  @Test
  void configure_waitWithoutTime_isEleven() {
    Deadline now = Deadline.in(Duration.ofMillis(1));
    CniException late =
        assertThrows(
            CniException.class,
            () -> addressing.configure(open, link, result(BOTH), DadPolicy.WAIT, now));
    assertEquals(11, late.code());
  }

  @Test
  void configure_optimisticAndDuplicate_listenerIsTold(Netns far) throws InterruptedException {
    far.run("ip address add fd00:1::3/64 dev far0 nodad");
    configure(BOTH, DadPolicy.OPTIMISTIC);
    ConflictListener.Conflict conflict =
        Waiting.untilPresent(
            Duration.ofSeconds(10), "the conflict", () -> Optional.ofNullable(conflicts.poll()));
    assertEquals("net1", conflict.interfaceName());
    assertEquals("fd00:1::3/64", conflict.address().toString());
    assertEquals(open.id(), conflict.namespaceId());
  }

  @Test
  void configure_ipv4_neighbourLearnsFromGratuitousArp(Netns far) {
    far.sysctl("net/ipv4/conf/far0/arp_accept", "1");
    far.run("ip address add 10.1.2.1/24 dev far0");
    configure(BOTH, DadPolicy.OPTIMISTIC);
    Waiting.until(
        Duration.ofSeconds(5),
        "neighbour entry of 10.1.2.3",
        () -> mac().equals(one(far.ip("neigh show 10.1.2.3")).path("lladdr").asText()));
  }

  @Test
  void configure_ipv4_neighbourForgetsFormerHolder(Netns far) {
    far.run(
        "ip address add 10.1.2.1/24 dev far0; ip neigh add 10.1.2.3 lladdr 02:00:00:00:00:99 nud stale dev far0");
    configure(BOTH, DadPolicy.OPTIMISTIC);
    Waiting.until(
        Duration.ofSeconds(5),
        "the new address of 10.1.2.3",
        () -> mac().equals(one(far.ip("neigh show 10.1.2.3")).path("lladdr").asText()));
  }

  @Test
  void configure_ipv6_neighbourForgetsFormerHolder(Netns far) {
    far.run(
        "ip address add fd00:1::1/64 dev far0 nodad; ip neigh add fd00:1::3 lladdr 02:00:00:00:00:99 nud stale dev far0");
    configure(BOTH, DadPolicy.NONE);
    Waiting.until(
        Duration.ofSeconds(5),
        "the new address of fd00:1::3",
        () -> mac().equals(one(far.ip("neigh show fd00:1::3")).path("lladdr").asText()));
  }

  private String mac() {
    return link.mac().orElseThrow().toString();
  }
}
