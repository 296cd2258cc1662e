package io.myriapod.child.ipvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.child.link.ChildLab;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces(kinds = {"veth", "ipvlan", "macvlan"})
class IpvlanIT {
  private static final String PARENT = "'master':'parent0'";
  @TempDir private Path temp;
  private ChildLab<IpvlanConfig> lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new ChildLab<>(new Ipvlan(), node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String pool() {
    return lab.hostLocal("'subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16'}]");
  }

  @ParameterizedTest
  @CsvSource({"l2, bridge", "l2, private", "l2, vepa", "l3, bridge", "l3, private", "l3s, bridge"})
  void add_eachModeAndFlag_isWhatTheKernelShows(String mode, String flag, Netns node, Netns pod) {
    CniResult result =
        lab.add(PARENT + ",'mtu':1400,'mode':'%s','flag':'%s',".formatted(mode, flag) + pool());

    JsonNode link = pod.link("net1");
    assertEquals("ipvlan", link.at("/linkinfo/info_kind").asText());
    assertEquals(mode, link.at("/linkinfo/info_data/mode").asText());
    assertTrue(pod.run("ip -d link show net1").out().contains("mode %s %s".formatted(mode, flag)));
    assertEquals(1400, link.get("mtu").asInt());
    assertEquals(node.link("parent0").get("ifindex"), link.get("link_index"));
    String mac = node.link("parent0").get("address").asText();
    assertEquals(mac, link.get("address").asText());
    assertEquals(Optional.of(mac), result.interfaces().get(0).mac());
    assertTrue(pod.run("ip -4 addr show net1").out().contains("10.1.2.2/24"));
    assertTrue(pod.run("ip route").out().contains("10.9.0.0/16 via 10.1.2.1 dev net1"));
    assertTrue(link.get("flags").toString().contains("\"UP\""), link::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"l2", "l3", "l3s"})
  void add_twoPodsOnOneParent_reachEachOther(String mode, Netns pod, Netns other) {
    String config = twoFamilies(mode);
    lab.add(config);
    lab.add(lab.request("c2", "net1", other, config));

    pod.run("ping -c1 -W5 10.1.2.3");
    pod.run("ping -c1 -W5 fd00:9::3");
  }

  /** They and their parent have one MAC, of which such an address is made elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {"l2", "l3"})
  void add_twoPodsOnOneParent_haveLinkLocalAddressesOfTheirOwn(
      String mode, Netns node, Netns pod, Netns other) {
    String config = twoFamilies(mode);
    lab.add(config);
    lab.add(lab.request("c2", "net1", other, config));

    List<String> all = new ArrayList<>(linkLocal(node, "parent0"));
    all.addAll(linkLocal(pod, "net1"));
    all.addAll(linkLocal(other, "net1"));
    assertEquals(3, all.size(), all::toString);
    assertEquals(3, Set.copyOf(all).size(), all::toString);
    assertEquals("", pod.run("ip -6 addr show dev net1 scope link tentative").out());
  }

  private static List<String> linkLocal(Netns netns, String link) {
    return netns.addresses(link).stream().filter(each -> each.startsWith("fe80")).toList();
  }

  private String twoFamilies(String mode) {
    String ranges = "'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00:9::/64'}]]";
    return PARENT + ",'mode':'%s',".formatted(mode) + lab.hostLocal(ranges);
  }

  @Test
  void add_withoutIpam_isUpAndHasNoAddress(Netns pod) {
    CniResult result = lab.add(PARENT);

    assertEquals(List.of(), result.addresses());
    assertTrue(pod.link("net1").get("flags").toString().contains("\"UP\""));
  }

  @Test
  void add_noMaster_usesTheLinkOfTheDefaultRoute(Netns node, Netns pod) {
    node.run("ip addr add 10.0.0.2/24 dev parent0; ip route add default via 10.0.0.1");

    lab.add("");

    assertEquals(node.link("parent0").get("ifindex"), pod.link("net1").get("link_index"));
  }

  @Test
  void add_linkInContainer_usesTheParentOfThePod(Netns pod) {
    pod.run("ip link add inner0 type veth peer name inner1");
    pod.run("ip link set inner0 up; ip link set inner1 up");

    lab.add("'master':'inner0','linkInContainer':true");

    assertEquals("inner0", pod.link("net1").get("link").asText());
  }

  @Test
  void add_chained_takesParentAndAddressesOfTheResultBefore(Netns node, Netns pod) {
    MacAddress mac = MacAddress.parse(node.link("parent0").get("address").asText());
    CniResult leased = lab.add(lab.request("net2", PARENT + "," + pool()));
    CniResult before = leased.onInterface(List.of(Interface.onHost("parent0", mac, 1500)), 0);
    node.run("ip -n %s link del net2".formatted(pod.name()));

    CniResult result = lab.add(lab.request("net1", "").withPrevResult(Optional.of(before)));

    assertEquals(List.of("net1"), result.interfaces().stream().map(Interface::name).toList());
    assertEquals(before.prefixes(), result.prefixes());
    assertTrue(pod.run("ip -4 addr show net1").out().contains("10.1.2.2/24"));
    assertTrue(pod.run("ip route").out().contains("10.9.0.0/16 via 10.1.2.1 dev net1"));
  }

  @Test
  void add_chainedBehindSeveralLinks_saysThatMasterIsMissing(Netns pod) {
    MacAddress mac = MacAddress.random();
    CniResult before =
        CniResult.of(Interface.onHost("a0", mac, 1500), Interface.onHost("a1", mac, 1500));

    CniException e =
        assertThrows(
            CniException.class,
            () -> lab.add(lab.request("net1", "").withPrevResult(Optional.of(before))));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("prevResult has 2 interfaces"), e::getMessage);
    assertNothingLeft(pod);
  }

  /** B2 of the reference plugin: its link stays behind. */
  @Test
  void add_ipamFails_leavesNothing(Netns pod) throws Exception {
    Path plugin = Files.writeString(temp.resolve("broken-ipam"), "#!/bin/false\n");
    assertTrue(plugin.toFile().setExecutable(true));

    CniException e =
        assertThrows(CniException.class, () -> lab.add(PARENT + ",'ipam':{'type':'broken-ipam'}"));

    assertEquals(77, e.code());
    assertNothingLeft(pod);
  }

  @Test
  void add_faultAtEveryStep_leavesNothing(Netns pod) {
    PluginRequest request = lab.request("net1", PARENT + "," + pool());

    int steps = lab.faultAtEveryStep(() -> lab.add(request), () -> assertNothingLeft(pod));

    assertTrue(steps >= 4, "only " + steps + " steps were seen");
  }

  @Test
  void validate_macvlanBesideTheParent_namesIt(Netns node) {
    node.run("ip link add link parent0 name shim0 type macvlan mode bridge");

    CniException e = assertRefused(PARENT, "has a macvlan \"shim0\" of the node");
    assertTrue(e.details().contains("another link"), e::details);
  }

  @Test
  void add_macvlanOnTheParentInAnotherNamespace_isToldByTheKernel(
      Netns node, Netns pod, Netns other) {
    node.run(
        "ip link add shim0 netns %s link parent0 type macvlan mode bridge".formatted(other.name()));

    CniException e = assertThrows(CniException.class, () -> lab.add(PARENT + "," + pool()));

    assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
    assertTrue(e.getMessage().contains("EBUSY"), e::getMessage);
    assertTrue(e.details().contains("macvlan"), e::details);
    assertNothingLeft(pod);
  }

  @Test
  void add_otherModeInAnotherPod_isRefusedAndChangesNothing(Netns pod, Netns other) {
    lab.add(lab.request("c2", "net1", other, PARENT));

    CniException e = assertRefused(PARENT + ",'mode':'l3'", "container \"c2\" in mode l2 bridge");
    assertThrows(CniException.class, () -> lab.add(PARENT + ",'flag':'private'"));

    assertTrue(e.getMessage().contains("mode l3 bridge would become that of both"), e::getMessage);
    assertTrue(other.run("ip -d link show net1").out().contains("mode l2 bridge"));
    assertFalse(pod.hasLink("net1"));
    lab.add(PARENT);
  }

  @Test
  void add_otherModeOfAPodThatIsGone_isNoHindrance(Netns other, Netns pod) {
    lab.add(lab.request("c2", "net1", other, PARENT));
    other.run("ip link del net1");

    lab.add(PARENT + ",'mode':'l3'");

    assertTrue(pod.run("ip -d link show net1").out().contains("mode l3 bridge"));
  }

  @Test
  void validate_otherModeBesideTheParent_namesIt(Netns node) {
    node.run("ip link add link parent0 name shim0 type ipvlan mode l3 private");

    assertRefused(PARENT, "has an ipvlan \"shim0\" of the node in mode l3 private");
  }

  @Test
  void validate_unfitParents_areNamed(Netns node) {
    node.run("ip link add link wire0 name sub0 type ipvlan mode l2; ip link set sub0 up");
    node.run("ip link set lo up");
    assertRefused("'master':'sub0'", "is an ipvlan itself");
    assertRefused("'master':'lo'", "is the loopback link");
    assertRefused(PARENT + ",'mtu':1600", "1600: want 0 to 1500");
    node.run("ip link add br0 type bridge; ip link set parent0 master br0");
    assertRefused(PARENT, "port of bridge \"br0\"");
    node.run("ip link set parent0 nomaster down");
    assertRefused(PARENT, "is down");
    assertRefused("'master':'absent0'", "\"absent0\" is not in the node");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set net1 down | link \"net1\" is down",
        "ip link set net1 mtu 1300 | MTU of link \"net1\" is 1300: want 1400",
        "ip link set net1 type ipvlan mode l3 | mode of link \"net1\" is L3: want L2",
        "ip link set net1 type ipvlan mode l2 vepa | flag of link \"net1\" is VEPA: want BRIDGE",
        "ip link del net1 | link \"net1\" is not in the pod",
        "ip addr del 10.1.2.2/24 dev net1 | 10.1.2.2/24",
        "ip route del 10.9.0.0/16 | 10.9.0.0/16",
        "ip link del net1; ip link add net1 type bridge | kind of link \"net1\" is bridge: want ipvlan",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    PluginRequest add = lab.request("net1", PARENT + ",'mtu':1400," + pool());
    PluginRequest check = add.withPrevResult(Optional.of(lab.add(add)));
    lab.plugin.check(check);

    pod.run(change);

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));
    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }

  @Test
  void check_parentDownOrRenamed_saysSo(Netns node) {
    PluginRequest add = lab.request("net1", PARENT + "," + pool());
    PluginRequest check = add.withPrevResult(Optional.of(lab.add(add)));

    node.run("ip link set parent0 down; ip link set parent0 name renamed0");

    String found = assertThrows(CniException.class, () -> lab.plugin.check(check)).getMessage();
    assertTrue(found.contains("parent \"renamed0\" is down"), found);
    assertTrue(found.contains("is \"renamed0\": want the link \"parent0\""), found);
  }

  /** B6 of the reference plugin: its DEL wants the default route that the parent came from. */
  @Test
  void delete_masterAndDefaultRouteGone_removesLinkAndLease(Netns node, Netns pod) {
    node.run("ip addr add 10.0.0.2/24 dev parent0; ip route add default via 10.0.0.1");
    PluginRequest request = lab.request("net1", pool());
    lab.add(request);
    node.run("ip route del default");

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
  }

  @Test
  void undo_attached_leavesNothingAndTheParentAsItWas(Netns node, Netns pod) {
    lab.add(PARENT + "," + pool());

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(pod);
    assertTrue(node.hasLink("parent0"));
    node.run("ip link add link parent0 name m0 type macvlan");
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    PluginRequest request = lab.request("net1", PARENT + "," + pool());
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void status_parentFit_succeedsElseCode50(Netns node) {
    lab.plugin.status(lab.status(PARENT));
    node.run("ip link add link parent0 name shim0 type ipvlan mode l3");

    assertUnavailable(PARENT);
    assertUnavailable("'master':'absent0'");
    lab.plugin.status(lab.status("'master':'absent0','linkInContainer':true"));
  }

  private void assertUnavailable(String keys) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.status(lab.status(keys)));
    assertEquals(ErrorCode.UNAVAILABLE, e.code());
  }

  private CniException assertRefused(String config, String finding) {
    PluginRequest request = lab.request("net1", config);
    CniException e = assertThrows(CniException.class, () -> lab.plugin.validate(request));
    assertTrue(e.getMessage().contains(finding), e::getMessage);
    return e;
  }

  private void assertNothingLeft(Netns pod) {
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }
}
