package io.myriapod.child.macvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.myriapod.journal.RecordPhase;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces(kinds = "macvlan")
class MacvlanAddIT {
  private static final String PARENT = "'master':'parent0'";
  @TempDir private Path temp;
  private MacvlanLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new MacvlanLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void add_hostLocal_linkAddressAndRouteAreThere(Netns node, Netns pod) {
    String ipam =
        lab.hostLocal("'ranges':[[{'subnet':'10.1.2.0/24'}]],'routes':[{'dst':'10.9.0.0/16'}]");

    CniResult result = lab.add(PARENT + "," + ipam);

    JsonNode link = pod.link("net1");
    Interface attached = result.interfaces().get(0);
    assertEquals("macvlan", link.at("/linkinfo/info_kind").asText());
    assertEquals("bridge", link.at("/linkinfo/info_data/mode").asText());
    assertEquals(node.link("parent0").get("ifindex"), link.get("link_index"));
    assertEquals(Optional.of(link.get("address").asText()), attached.mac());
    assertEquals(Optional.of(pod.path().toString()), attached.sandbox());
    assertEquals(List.of("10.1.2.2/24"), v4(pod));
    assertEquals("10.1.2.1", pod.ip("route show 10.9.0.0/16").at("/0/gateway").asText());
    assertTrue(link.get("flags").toString().contains("\"UP\""), link::toString);
    assertEquals(RecordPhase.ATTACHED, lab.journal.all().get(0).phase());
  }

  @Test
  void add_everyOption_isWhatTheKernelShows(Netns pod) {
    lab.add(PARENT + ",'mode':'private','mtu':1400,'mac':'02:00:00:00:00:2a','bcqueuelen':3000");

    JsonNode link = pod.link("net1");
    assertEquals("private", link.at("/linkinfo/info_data/mode").asText());
    assertEquals(3000, link.at("/linkinfo/info_data/bcqueuelen").asInt());
    assertEquals(1400, link.get("mtu").asInt());
    assertEquals("02:00:00:00:00:2a", link.get("address").asText());
  }

  @Test
  void add_withoutIpam_isUpAndHasNoAddress(Netns pod) {
    CniResult result = lab.add(PARENT);

    assertEquals(List.of(), result.addresses());
    assertEquals(List.of(), v4(pod));
    assertTrue(pod.link("net1").get("flags").toString().contains("\"UP\""));
  }

  @Test
  void add_anyAddress_setsTheSysctlsOfTheReference(Netns pod) {
    lab.add(PARENT + "," + lab.hostLocal("'subnet':'10.1.2.0/24'"));

    assertEquals("1", pod.sysctl("net/ipv4/conf/net1/arp_notify"));
    assertEquals("1", pod.sysctl("net/ipv6/conf/net1/ndisc_notify"));

    lab.add(lab.request("net2", PARENT + "," + lab.hostLocal("'subnet':'fd00:9::/64'")));

    assertEquals("1", pod.sysctl("net/ipv4/conf/net2/arp_notify"));
    assertEquals("1", pod.sysctl("net/ipv6/conf/net2/ndisc_notify"));
  }

  @Test
  void add_passthru_takesTheParentsMac(Netns node, Netns pod) {
    CniResult result = lab.add(PARENT + ",'mode':'passthru'");

    String mac = node.link("parent0").get("address").asText();
    assertEquals(mac, pod.link("net1").get("address").asText());
    assertEquals(Optional.of(mac), result.interfaces().get(0).mac());
  }

  @Test
  void add_passthruOnTheUplink_isRefused(Netns node, Netns pod) {
    node.run("ip addr add 10.77.0.2/24 dev parent0; ip route add default via 10.77.0.1");

    for (String master : List.of(PARENT, "'master':''")) {
      CniException e =
          assertThrows(CniException.class, () -> lab.add(master + ",'mode':'passthru'"));
      assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
      assertTrue(e.getMessage().contains("carries the default route"), e.getMessage());
    }

    lab.add("'master':''");
  }

  @Test
  void add_linkInContainer_usesTheParentOfThePod(Netns pod) {
    pod.run("ip link add inner0 type veth peer name inner1");
    pod.run("ip link set inner0 up; ip link set inner1 up");

    lab.add("'master':'inner0','linkInContainer':true");

    assertEquals("inner0", pod.link("net1").get("link").asText());
  }

  @Test
  void add_masterByMac_findsIt(Netns node, Netns pod) {
    String mac = node.link("parent0").get("address").asText();

    lab.add("'master':'" + mac + "'");

    assertEquals(node.link("parent0").get("ifindex"), pod.link("net1").get("link_index"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default via 10.0.0.1", "-6 default via fd00::1"})
  void add_noMaster_usesTheLinkOfTheDefaultRoute(String route, Netns node, Netns pod) {
    node.run("ip addr add 10.0.0.2/24 dev parent0; ip addr add fd00::2/64 dev parent0 nodad");
    node.run("ip " + route.replace("default", "route add default") + " dev parent0");

    lab.add("");

    assertEquals(node.link("parent0").get("ifindex"), pod.link("net1").get("link_index"));
  }

  @Test
  void add_dnsOfIpamAndOfConfig_configWinsElseIpamIsKept() throws Exception {
    Path resolv = Files.writeString(temp.resolve("resolv.conf"), "nameserver 10.1.2.53\n");
    String ipam = lab.hostLocal("'subnet':'10.1.2.0/24','resolvConf':'%s'".formatted(resolv));

    CniResult kept = lab.add(PARENT + "," + ipam);
    CniResult own =
        lab.add(lab.request("net2", PARENT + ",'dns':{'nameservers':['10.0.0.53']}," + ipam));

    assertEquals(List.of("10.1.2.53"), kept.dns().nameservers());
    assertEquals(List.of("10.0.0.53"), own.dns().nameservers());
  }

  @Test
  void add_foreignIpamFails_leavesNothing(Netns pod) throws Exception {
    Path plugin = Files.writeString(temp.resolve("broken-ipam"), "#!/bin/false\n");
    plugin.toFile().setExecutable(true);

    CniException e =
        assertThrows(CniException.class, () -> lab.add(PARENT + ",'ipam':{'type':'broken-ipam'}"));

    assertEquals(77, e.code());
    assertNothingLeft(pod);
  }

  @Test
  void add_poolExhausted_leavesNothing(Netns pod) {
    String ipam =
        lab.hostLocal(
            "'ranges':[[{'subnet':'10.1.2.0/24','rangeStart':'10.1.2.9','rangeEnd':'10.1.2.9'}]]");
    lab.add(PARENT + "," + ipam);

    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.request("net2", PARENT + "," + ipam)));

    assertEquals(ErrorCode.POOL_EXHAUSTED, e.code());
    assertFalse(pod.hasLink("net2"));
    assertTrue(pod.hasLink("net1"));
    assertEquals(1, lab.journal.all().size());
  }

  @Test
  void add_routeRefusedByKernel_takesLinkAndLeaseBack(Netns pod) {
    // a gateway in the scope of the host alone is refused after link, lease and address
    String ipam =
        lab.hostLocal("'subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16','scope':254}]");

    assertThrows(CniException.class, () -> lab.add(PARENT + "," + ipam));

    assertNothingLeft(pod);
  }

  @Test
  void add_nameTakenInPod_isCode103AndTheOtherLinkStays(Netns pod) {
    pod.run("ip link add net1 type veth peer name other0");

    CniException e = assertThrows(CniException.class, () -> lab.add(PARENT));

    assertEquals(ErrorCode.INTERFACE_EXISTS, e.code());
    assertTrue(e.getMessage().contains("\"net1\""), e::getMessage);
    assertEquals("veth", pod.link("net1").at("/linkinfo/info_kind").asText());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void validate_strictWithEveryKeyOfIpam_readsAllOfThem() throws Exception {
    Path resolv = Files.writeString(temp.resolve("resolv.conf"), "nameserver 10.1.2.53\n");
    String ipam =
        lab.hostLocal(
            "'ranges':[[{'subnet':'10.1.2.0/24','rangeStart':'10.1.2.8','rangeEnd':'10.1.2.9',"
                + "'gateway':'10.1.2.1'}]],'routes':[{'dst':'10.9.0.0/16','gw':'10.1.2.1',"
                + "'mtu':1400,'advmss':1360,'priority':5,'table':254,'scope':0}],"
                + "'resolvConf':'%s'".formatted(resolv));

    lab.plugin.validate(lab.request("net1", "'strict':true," + PARENT + "," + ipam));
    CniException e =
        assertThrows(
            CniException.class,
            () ->
                lab.plugin.validate(
                    lab.request(
                        "net1",
                        "'strict':true,"
                            + PARENT
                            + ","
                            + lab.hostLocal("'subnet':'10.1.2.0/24','rout':[]"))));

    assertTrue(e.getMessage().contains("ipam.rout"), e::getMessage);
  }

  @Test
  void validate_parentMissing_isCode100() {
    assertRefused("'master':'absent0'", ErrorCode.PARENT_NOT_FOUND, "\"absent0\"");
    assertRefused("'master':'02:ff:ff:ff:ff:ff'", ErrorCode.PARENT_NOT_FOUND, "02:ff:");
    assertRefused("'master':'0000:ff:1f.7'", ErrorCode.PARENT_NOT_FOUND, "0000:ff:1f.7");
    assertRefused("", ErrorCode.PARENT_NOT_FOUND, "default route");
  }

  @Test
  void validate_parentDown_isCode108AndSaysWhatToDo(Netns node) {
    node.run("ip link set parent0 down");

    CniException e = assertRefused(PARENT, ErrorCode.PARENT_UNUSABLE, "is down");

    assertTrue(e.details().contains("ip link set parent0 up"), e::details);
  }

  @Test
  void validate_parentIsBridgePort_isCode108NamingTheBridge(Netns node) {
    node.run("ip link add br0 type bridge; ip link set parent0 master br0");

    assertRefused(PARENT, ErrorCode.PARENT_UNUSABLE, "port of bridge \"br0\"");
  }

  @Test
  void validate_severalLinksOfThatMac_namesThem(Netns node) {
    String mac = node.link("parent0").get("address").asText();
    node.run("ip link set wire0 address " + mac);

    assertRefused("'master':'" + mac + "'", ErrorCode.PARENT_NOT_FOUND, "parent0, wire0");
  }

  @Test
  void validate_mtuAboveTheParents_namesBoth() {
    assertRefused(PARENT + ",'mtu':1600", ErrorCode.INVALID_CONFIG, "1600: want 0 to 1500");
  }

  @Test
  void validate_nodesOwnNamespace_isCode8BeforeAnything(Netns node) {
    PluginRequest usual = lab.request("net1", PARENT);
    PluginRequest own = PluginLab.at(usual, node.path());

    CniException e = assertThrows(CniException.class, () -> lab.plugin.validate(own));
    assertThrows(CniException.class, () -> lab.plugin.add(own));

    assertEquals(ErrorCode.INVALID_NETNS, e.code());
    assertFalse(node.hasLink("net1"));
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void validate_netnsMissingOrPlainFile_isAnError() throws Exception {
    PluginRequest usual = lab.request("net1", PARENT);
    Path plain = Files.writeString(temp.resolve("plain"), "");

    assertEquals(4, codeOfValidate(usual.withoutNetns()));
    assertEquals(8, codeOfValidate(PluginLab.at(usual, temp.resolve("absent"))));
    assertEquals(8, codeOfValidate(PluginLab.at(usual, plain)));
  }

  @Test
  void add_parentTakenBetweenValidationAndAdd_keepsTheKernelsWords(Netns node, Netns pod) {
    node.run("ip link add link parent0 name first0 type macvlan mode passthru");

    CniException e = assertThrows(CniException.class, () -> lab.add(PARENT));

    assertTrue(e.getMessage().contains("create macvlan \"net1\" on \"parent0\""), e::getMessage);
    assertNothingLeft(pod);
  }

  private int codeOfValidate(PluginRequest request) {
    return assertThrows(CniException.class, () -> lab.plugin.validate(request)).code();
  }

  private CniException assertRefused(String config, int code, String finding) {
    PluginRequest request = lab.request("net1", config);
    CniException e = assertThrows(CniException.class, () -> lab.plugin.validate(request));
    assertEquals(code, e.code(), e.getMessage());
    assertTrue(e.getMessage().contains(finding), e::getMessage);
    return e;
  }

  private void assertNothingLeft(Netns pod) {
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.journal.all());
    assertEquals(List.of(), lab.leased());
  }

  private static List<String> v4(Netns pod) {
    return pod.addresses("net1").stream().filter(one -> !one.contains(":")).toList();
  }
}
