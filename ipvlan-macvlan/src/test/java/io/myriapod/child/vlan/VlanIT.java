package io.myriapod.child.vlan;

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
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
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
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces(kinds = {"veth", "vlan"})
class VlanIT {
  private static final String PARENT = "'master':'parent0','vlanId':5";
  @TempDir private Path temp;
  private ChildLab<VlanConfig> lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new ChildLab<>(new Vlan(), node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String pool() {
    return lab.hostLocal("'subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16'}]");
  }

  @Test
  void add_defaults_areTheParents(Netns node, Netns pod) {
    CniResult result = lab.add(PARENT + "," + pool());

    JsonNode link = pod.link("net1");
    assertEquals("vlan", link.at("/linkinfo/info_kind").asText());
    assertEquals(5, link.at("/linkinfo/info_data/id").asInt());
    assertEquals("802.1Q", link.at("/linkinfo/info_data/protocol").asText());
    assertEquals(node.link("parent0").get("ifindex"), link.get("link_index"));
    assertEquals(1500, link.get("mtu").asInt());
    String mac = node.link("parent0").get("address").asText();
    assertEquals(mac, link.get("address").asText());
    assertEquals(Optional.of(mac), result.interfaces().get(0).mac());
    assertTrue(pod.run("ip -4 addr show net1").out().contains("10.1.2.2/24"));
    assertTrue(pod.run("ip route").out().contains("10.9.0.0/16 via 10.1.2.1 dev net1"));
    assertTrue(link.get("flags").toString().contains("\"UP\""), link::toString);
  }

  @Test
  void add_everyOption_isWhatTheKernelShows(Netns pod) {
    lab.add(
        PARENT
            + ",'vlanProto':'802.1ad','mtu':1400,'mac':'02:00:00:00:00:2a',"
            + "'ingressQosMap':['1:2','3:0'],'egressQosMap':['3:4']");

    JsonNode link = pod.link("net1");
    JsonNode data = link.at("/linkinfo/info_data");
    assertEquals("802.1ad", data.path("protocol").asText());
    assertEquals("[{\"from\":1,\"to\":2}]", data.path("ingress_qos").toString());
    assertEquals("[{\"from\":3,\"to\":4}]", data.path("egress_qos").toString());
    assertEquals(1400, link.get("mtu").asInt());
    assertEquals("02:00:00:00:00:2a", link.get("address").asText());
  }

  @Test
  void add_idZero_isMade(Netns pod) {
    lab.add("'master':'parent0','vlanId':0");

    assertEquals(0, pod.link("net1").at("/linkinfo/info_data/id").asInt());
  }

  @Test
  void add_taggedFarEnd_isReached(Netns node, Netns pod, Netns far) {
    node.run("ip link set wire0 netns " + far.name());
    far.run("ip link set wire0 up; ip link add link wire0 name v5 type vlan id 5");
    far.run("ip addr add 10.1.2.200/24 dev v5; ip link set v5 up");

    lab.add(PARENT + "," + pool());

    pod.run("ping -c1 -W5 10.1.2.200");
  }

  @Test
  void add_vlanOverVlan_isQinQ(Netns node, Netns pod, Netns far) {
    node.run("ip link set wire0 netns " + far.name());
    node.run("ip link add link parent0 name outer0 type vlan id 100 protocol 802.1ad");
    node.run("ip link set outer0 up");
    far.run(
        "ip link set wire0 up; ip link add link wire0 name o type vlan id 100 protocol 802.1ad");
    far.run("ip link set o up; ip link add link o name i type vlan id 5");
    far.run("ip addr add 10.1.2.200/24 dev i; ip link set i up");

    lab.add("'master':'outer0','vlanId':5," + pool());

    pod.run("ping -c1 -W5 10.1.2.200");
  }

  @Test
  void add_linkInContainer_usesTheParentOfThePod(Netns pod) {
    pod.run("ip link add inner0 type veth peer name inner1");
    pod.run("ip link set inner0 up; ip link set inner1 up");

    lab.add("'master':'inner0','vlanId':5,'linkInContainer':true");

    assertEquals("inner0", pod.link("net1").get("link").asText());
  }

  @Test
  void add_parentIsBridgePort_works(Netns node, Netns pod) {
    node.run("ip link add br0 type bridge; ip link set parent0 master br0");

    lab.add(PARENT);

    assertTrue(pod.hasLink("net1"));
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
  void add_idOfAnotherPod_isRefusedNamingIt(Netns pod, Netns other) {
    lab.add(lab.request("c2", "net1", other, PARENT));

    CniException e = assertRefused(PARENT, "has VLAN 5 already: vlan \"net1\" of container \"c2\"");

    assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
    assertTrue(e.details().contains("a parent has each VLAN once"), e::details);
    lab.add(PARENT + ",'vlanProto':'802.1ad'");
  }

  @Test
  void validate_idBesideTheParent_isRefusedNamingIt(Netns node) {
    node.run("ip link add link parent0 name parent0.5 type vlan id 5");

    assertRefused(PARENT, "has VLAN 5 already: vlan \"parent0.5\" of the node");
  }

  @Test
  void add_idInANamespaceNobodyKnows_isToldByTheKernel(Netns node, Netns pod, Netns other) {
    node.run("ip link add v5 netns %s link parent0 type vlan id 5".formatted(other.name()));

    CniException e = assertThrows(CniException.class, () -> lab.add(PARENT + "," + pool()));

    assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
    assertTrue(e.getMessage().contains("VLAN device already exists"), e::getMessage);
    assertNothingLeft(pod);
  }

  @Test
  void add_nameTakenInPod_isCode103AndTheOtherLinkStays(Netns pod) {
    pod.run("ip link add net1 type veth peer name other0");

    CniException e = assertThrows(CniException.class, () -> lab.add(PARENT));

    assertEquals(ErrorCode.INTERFACE_EXISTS, e.code());
    assertEquals("veth", pod.link("net1").at("/linkinfo/info_kind").asText());
  }

  @Test
  void validate_unfitParents_areNamed(Netns node) {
    node.run("ip link set lo up");
    assertRefused("'master':'lo','vlanId':5", "is the loopback link");
    assertRefused(PARENT + ",'mtu':1600", "1600: want 0 to 1500");
    node.run("ip link set parent0 down");
    assertRefused(PARENT, "is down");
    assertRefused("'master':'absent0','vlanId':5", "\"absent0\" is not in the node");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set net1 down | link \"net1\" is down",
        "ip link set net1 mtu 1300 | MTU of link \"net1\" is 1300: want 1400",
        "ip link set net1 address 02:00:00:00:00:99 | MAC of link \"net1\" is 02:00:00:00:00:99: want",
        "ip link set net1 type vlan egress 3:5 | egressQosMap of link \"net1\" is {3=5}: want {3=4}",
        "ip link set net1 type vlan ingress 1:7 | ingressQosMap of link \"net1\" is {1=7}: want {1=2}",
        "ip link del net1 | link \"net1\" is not in the pod",
        "ip addr del 10.1.2.2/24 dev net1 | 10.1.2.2/24",
        "ip route del 10.9.0.0/16 | 10.9.0.0/16",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    PluginRequest check = attached();

    pod.run(change);

    assertFinds(check, finding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parent0 | id 6 | VLAN id of link \"net1\" is 6: want 5",
        "parent0 | id 5 protocol 802.1ad | protocol of link \"net1\" is DOT1AD: want DOT1Q",
        "wire0 | id 5 | parent of link \"net1\" is \"wire0\": want the link \"parent0\"",
      })
  void check_otherVlanOfThatName_saysWhat(
      String parent, String options, String finding, Netns node, Netns pod) {
    PluginRequest check = attached();

    pod.run("ip link del net1");
    node.run(
        "ip link add net1 netns %s link %s type vlan %s".formatted(pod.name(), parent, options));

    assertFinds(check, finding);
  }

  private PluginRequest attached() {
    PluginRequest add =
        lab.request(
            "net1",
            PARENT + ",'mtu':1400,'ingressQosMap':['1:2'],'egressQosMap':['3:4']," + pool());
    PluginRequest check = add.withPrevResult(Optional.of(lab.add(add)));
    lab.plugin.check(check);
    return check;
  }

  private void assertFinds(PluginRequest check, String finding) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));
    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }

  /** B5 of the reference plugin: "Link not found", and the lease stays. */
  @Test
  void delete_parentGone_removesLinkAndLease(Netns node, Netns pod) {
    PluginRequest request = lab.request("net1", PARENT + "," + pool());
    lab.add(request);
    node.run("ip link del parent0");

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
  }

  @Test
  void undo_attached_leavesNothing(Netns node, Netns pod) {
    lab.add(PARENT + "," + pool());

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(pod);
    assertTrue(node.hasLink("parent0"));
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    PluginRequest request = lab.request("net1", PARENT + "," + pool());
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void status_parentThere_succeedsElseCode50(Netns node) {
    lab.add(PARENT);
    lab.plugin.status(lab.status(PARENT));
    node.run("ip link set parent0 down");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.status(lab.status(PARENT)));

    assertEquals(ErrorCode.UNAVAILABLE, e.code());
    lab.plugin.status(lab.status("'master':'absent0','vlanId':5,'linkInContainer':true"));
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
