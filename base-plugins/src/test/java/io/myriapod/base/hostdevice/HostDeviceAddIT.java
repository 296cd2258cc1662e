package io.myriapod.base.hostdevice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces
class HostDeviceAddIT {
  private static final String DEVICE = "'device':'dev0'";
  private static final String PCI = "0000:01:10.2";
  @TempDir private Path temp;
  private HostDeviceLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new HostDeviceLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void add_byName_isInThePodWithItsSettings(Netns node, Netns pod) {
    CniResult result = lab.add(DEVICE + "," + lab.hostLocal("'subnet':'10.1.2.0/24'"));

    assertFalse(node.hasLink("dev0"));
    JsonNode link = pod.link("net1");
    assertEquals(HostDeviceLab.MAC, link.get("address").asText());
    assertEquals(1400, link.get("mtu").asInt());
    assertEquals(500, link.get("txqlen").asInt());
    assertEquals("dev0", link.get("ifalias").asText());
    assertEquals("[\"storage-card\",\"enp1s0\"]", link.get("altnames").toString());
    assertTrue(link.get("flags").toString().contains("\"UP\""), link::toString);
    assertEquals("10.1.2.2/24", pod.addresses("net1").get(0));
    Interface attached = result.interfaces().get(0);
    assertEquals("net1", attached.name());
    assertEquals(Optional.of(HostDeviceLab.MAC), attached.mac());
    assertEquals(Optional.of(1400), attached.mtu());
    assertEquals(Optional.of(pod.path().toString()), attached.sandbox());
    assertEquals(Optional.empty(), attached.pciId());
    assertEquals(Optional.of(0), result.addresses().get(0).interfaceIndex());
    assertEquals(RecordPhase.ATTACHED, lab.journal.all().get(0).phase());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'device':'storage-card'",
        "'hwaddr':'02:00:00:00:00:11'",
        "'kernelpath':'/sys/devices/pci0000:00/0000:00:19.0'",
        "'pciBusID':'0000:01:10.2'",
        "'pciBusID':'0000:09:00.0','runtimeConfig':{'deviceID':'0000:01:10.2'}",
        "'pciBusID':'x','runtimeConfig':{'deviceID':'mlx5_core.sf.4'}",
        "'device':'dev0','hwaddr':'02:00:00:00:00:11','pciBusID':'0000:01:10.2'"
      })
  void add_byAnySelector_takesTheDevice(String selector, Netns pod) {
    lab.sysDirectory("devices/pci0000:00/0000:00:19.0/net/dev0");
    lab.pciDevice(PCI, "iavf", "virtio3/net/dev0");
    lab.sysDirectory("bus/auxiliary/devices/mlx5_core.sf.4/net/dev0");

    lab.add(selector);

    assertEquals(HostDeviceLab.MAC, pod.link("net1").get("address").asText());
  }

  @Test
  void add_byPci_tellsTheAddressInTheResult() {
    lab.pciDevice(PCI, "iavf", "net/dev0");

    assertEquals(Optional.of(PCI), lab.add("'pciBusID':'" + PCI + "'").interfaces().get(0).pciId());
  }

  /** Whoever took it now would live in the other's VLAN, and keep it from being taken back. */
  @Test
  void add_cardOfTheFunctionIsStillToBePutBack_isToBeTriedAgain(Netns pod) {
    lab.pciDevice(PCI, "iavf", "net/dev0");
    AttachmentKey other = new AttachmentKey(new ContainerId("c9"), new InterfaceName("net1"));
    ObjectNode facts = JsonNodeFactory.instance.objectNode().put("device", PCI);
    try (OpenRecord steps = lab.journal.begin(other, facts)) {
      steps.will(
          new Inverse("vf-settings", UndoClass.DEVICE, JsonNodeFactory.instance.objectNode()));
      steps.done();
    }

    CniException held = assertThrows(CniException.class, () -> lab.add("'pciBusID':'" + PCI + "'"));

    assertEquals(ErrorCode.TRY_AGAIN_LATER, held.code());
    assertEquals(
        "take host device \"%s\": container c9 has it, as \"net1\"".formatted(PCI),
        held.getMessage());
    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void add_cardWithVirtualFunctions_isRefused(Netns pod) {
    lab.card(PCI, 2, "net/dev0");

    CniException unusable = refused(lab.request("net1", "'pciBusID':'" + PCI + "'"));

    assertEquals(ErrorCode.PARENT_UNUSABLE, unusable.code());
    assertTrue(unusable.getMessage().contains("has 2 virtual functions"), unusable.getMessage());
    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void add_driverForPrograms_leasesAndTakesNoLink(Netns pod) {
    lab.pciDevice(PCI, "vfio-pci");
    String keys = "'pciBusID':'" + PCI + "'," + lab.hostLocal("'subnet':'10.1.2.0/24'");

    CniResult result = lab.add(keys);

    assertEquals(List.of(), result.interfaces());
    assertEquals(Optional.empty(), result.addresses().get(0).interfaceIndex());
    assertFalse(pod.hasLink("net1"));
    PluginRequest again = lab.request("net1", keys).withPrevResult(Optional.of(result));
    lab.plugin.check(again);
    CniException busy = refused(lab.request("c2", "net1", pod, keys));
    assertEquals(ErrorCode.TRY_AGAIN_LATER, busy.code());
    assertTrue(busy.getMessage().contains("container c1 has it"), busy.getMessage());
    assertTrue(lab.deleteByJournal().clean());
    assertEquals(List.of(), lab.leased());
    lab.add(keys);
    lab.pciDevice(PCI, "iavf");
    assertThrows(CniException.class, () -> lab.plugin.check(again));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'device':'absent0'",
        "'hwaddr':'02:00:00:00:00:99'",
        "'kernelpath':'/sys/devices/pci0000:00/0000:00:19.9'",
        "'pciBusID':'0000:01:10.7'",
        "'runtimeConfig':{'deviceID':'mlx5_core.sf.9'}"
      })
  void validate_noSuchDevice_isCode100(String selector) {
    CniException e = refused(lab.request("net1", selector));

    assertEquals(ErrorCode.PARENT_NOT_FOUND, e.code());
    assertTrue(e.getMessage().contains("is not on the node"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'device':'dev0','hwaddr':'02:00:00:00:00:99'",
        "'device':'absent0','hwaddr':'02:00:00:00:00:11'",
        "'device':'wire0','hwaddr':'02:00:00:00:00:11'",
        "'device':'dev0','pciBusID':'0000:01:10.2'"
      })
  void validate_selectorsThatContradict_areCode7(String selectors) {
    lab.pciDevice(PCI, "vfio-pci");

    CniException e = refused(lab.request("net1", selectors));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("but \""), e.getMessage());
  }

  @Test
  void validate_uplinkOfTheNode_isCode108(Netns node) {
    node.run("ip route add default via 10.7.0.1 dev dev0");

    assertUnusable("carries the node's default route", "dev0");
  }

  @Test
  void validate_deviceThatTheNodeNeeds_isCode108(Netns node) {
    node.run("ip link add br0 type bridge; ip link set wire0 master br0");
    node.run("ip link add mv0 link dev0 type macvlan");

    node.run("ip link add \"$(printf 'w\\001')\" type veth peer name odd0");
    node.run("ip link property add dev \"$(printf 'w\\001')\" altname odd1");

    assertUnusable("has a name that it could not be given back", "odd1");
    assertUnusable("is the node's loopback", "lo");
    assertUnusable("is a bridge", "br0");
    assertUnusable("is a port of bridge \"br0\"", "wire0");
    assertUnusable("carries \"mv0\"", "dev0");
  }

  private void assertUnusable(String finding, String device) {
    CniException e = refused(lab.request("net1", "'device':'" + device + "'"));
    assertEquals(ErrorCode.PARENT_UNUSABLE, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void validate_anotherPodHasIt_saysWho(Netns pod) {
    lab.add(DEVICE);

    for (String selector : List.of(DEVICE, "'hwaddr':'" + HostDeviceLab.MAC + "'")) {
      CniException e = refused(lab.request("c2", "net1", pod, selector));
      assertEquals(ErrorCode.TRY_AGAIN_LATER, e.code());
      assertTrue(e.getMessage().contains("container c1 has it, as \"net1\""), e.getMessage());
    }
    assertEquals(ErrorCode.INVALID_CONFIG, refused(lab.request("net2", DEVICE)).code());
  }

  @Test
  void validate_nodesEndOfAnotherAttachment_isCode108() {
    lab.attachedBy("c9", "wire0");

    assertUnusable("is the node's side of \"eth0\" of container c9", "wire0");
  }

  @Test
  void validate_nameTakenInThePod_isCode103(Netns pod) {
    pod.run("ip link add other0 type bridge; ip link property add dev other0 altname net1");

    assertEquals(ErrorCode.INTERFACE_EXISTS, refused(lab.request("net1", DEVICE)).code());
  }

  /** The kernel refuses to move a link of which any name is taken in the target. */
  @Test
  void add_namesThatClash_giveWayAndComeBack(Netns node, Netns pod) {
    node.run("ip link property add dev dev0 altname net1");
    JsonNode before = lab.picture("dev0");
    pod.run("ip link add dev0 type bridge; ip link property add dev dev0 altname enp1s0");

    lab.add(DEVICE);

    assertEquals("[\"storage-card\"]", pod.link("net1").get("altnames").toString());
    assertTrue(lab.deleteByJournal().clean());
    assertEquals(names(before), names(lab.picture("dev0")));
  }

  private static List<String> names(JsonNode link) {
    return StreamSupport.stream(link.get("altnames").spliterator(), false)
        .map(JsonNode::asText)
        .sorted()
        .toList();
  }

  @Test
  void add_lostByADeadPod_isWhatItWasBefore(Netns node, Netns pod) {
    JsonNode before = lab.picture("dev0");
    lab.add(DEVICE);
    pod.run("ip link set net1 address 02:00:00:00:00:77 mtu 900");
    pod.run("ip link set net1 netns " + node.name() + " name dev17");
    try (Netns next = Netns.create("next")) {
      lab.add(lab.request("c2", "net9", next, DEVICE));

      assertEquals(HostDeviceLab.MAC, next.link("net9").get("address").asText());
      assertEquals(1400, next.link("net9").get("mtu").asInt());
      assertEquals("dev0", next.link("net9").get("ifalias").asText());
      assertTrue(lab.deleteByJournal().clean());
    }
    assertEquals(before, lab.picture("dev0"));
  }

  @Test
  void add_ipamFails_deviceIsBackAsItWas(Netns node, Netns pod) throws Exception {
    Path plugin = Files.writeString(temp.resolve("broken-ipam"), "#!/bin/false\n");
    assertTrue(plugin.toFile().setExecutable(true));
    NodeState before = NodeState.of(node);

    CniException e =
        assertThrows(CniException.class, () -> lab.add(DEVICE + ",'ipam':{'type':'broken-ipam'}"));

    assertEquals(77, e.code());
    assertFalse(pod.hasLink("net1"));
    NodeState.of(node).assertSameAs(before);
    assertEquals(List.of(), lab.journal.all());
  }

  private CniException refused(PluginRequest request) {
    CniException atValidation =
        assertThrows(CniException.class, () -> lab.plugin.validate(request));
    CniException atAdd = assertThrows(CniException.class, () -> lab.plugin.add(request));
    assertEquals(atValidation.getMessage(), atAdd.getMessage());
    return atValidation;
  }
}
