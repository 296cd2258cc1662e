package io.myriapod.deviceplugin.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.FakeNode;
import io.myriapod.deviceplugin.device.NodeDevice.Physical;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
  private static final String CARD = "0000:86:00.0";
  private static final String FIRST = "0000:86:02.0";
  private static final String SECOND = "0000:86:02.1";

  @TempDir Path root;
  private FakeNode node;

  @BeforeEach
  void make() {
    node = new FakeNode(root);
  }

  private FakeCards x710() {
    return node.cards
        .physical(CARD, "8086", "1572", "i40e", 32)
        .link(CARD, "ens1f0")
        .numaNode(CARD, 1)
        .virtual(CARD, 0, FIRST, "154c", Optional.of("iavf"))
        .link(FIRST, "ens1f0v0")
        .numaNode(FIRST, 1)
        .virtual(CARD, 1, SECOND, "154c", Optional.of("vfio-pci"));
  }

  private List<String> ids() {
    return node.read().stream().map(device -> device.id().value()).toList();
  }

  @Test
  void read_virtualFunctionOfTheKernel_hasAllItsFacts() {
    x710();

    NodeDevice device = node.read(FIRST);

    assertEquals(new PciAddress(FIRST), device.pci());
    assertEquals("8086", device.vendor());
    assertEquals("154c", device.device());
    assertEquals(0x02, device.baseClass());
    assertFalse(device.isAuxiliary());
    assertEquals(Optional.of("iavf"), device.driver());
    assertEquals(
        Optional.of(new Physical(new PciAddress(CARD), 0, List.of("ens1f0"), Optional.of(true))),
        device.physical());
    assertEquals(List.of("ens1f0v0"), device.linkNames());
    assertEquals(Optional.of(true), device.carrier());
    assertEquals(Optional.of("ether"), device.linkType());
    assertEquals(Optional.of(1), device.numaNode());
    assertEquals(0, device.virtualFunctions());
    assertEquals(Optional.empty(), device.usedByNode());
    assertEquals(new PciAddress(CARD), device.card());
    assertEquals("bus/pci/devices/" + FIRST, device.path());
  }

  @Test
  void read_virtualFunctionOfAProgram_hasTheLinkTypeOfItsCard() {
    x710();

    NodeDevice device = node.read(SECOND);

    assertEquals(Optional.of("vfio-pci"), device.driver());
    assertEquals(List.of(), device.linkNames());
    assertEquals(Optional.empty(), device.carrier());
    assertEquals(Optional.of("ether"), device.linkType());
    assertEquals(1, device.physical().orElseThrow().index());
  }

  @Test
  void read_machineThatDoesNotTellItsNumaNodes_saysNone() {
    x710();

    assertEquals(Optional.empty(), node.read(SECOND).numaNode());
  }

  @Test
  void read_physicalFunction_countsItsVirtualOnes() {
    x710();

    NodeDevice device = node.read(CARD);

    assertEquals(2, device.virtualFunctions());
    assertEquals(Optional.empty(), device.physical());
    assertEquals(new PciAddress(CARD), device.card());
  }

  @Test
  void read_virtualFunctionInAPod_hasNoInterfaceHere() {
    x710().movedAway("ens1f0v0");

    NodeDevice device = node.read(FIRST);

    assertEquals(List.of(), device.linkNames());
    assertEquals(Optional.of("ether"), device.linkType());
    assertEquals(Optional.empty(), device.usedByNode());
  }

  @Test
  void read_functionsOfOtherClasses_areLeftOut() {
    node.cards
        .function("0000:00:1f.0", "8086", "a2c1", "lpc_ich")
        .classCode("0000:00:1f.0", "0x060100")
        .function("0000:05:00.0", "8086", "0d5c", "vfio-pci")
        .classCode("0000:05:00.0", "0x120000")
        .function("0000:06:00.0", "15b3", "1017", "mlx5_core")
        .classCode("0000:06:00.0", "0x020700");

    assertEquals(List.of("0000:05:00.0", "0000:06:00.0"), ids());
    assertEquals(0x12, node.read("0000:05:00.0").baseClass());
  }

  @Test
  void read_infiniband_isThatLinkType() {
    node.cards
        .function(CARD, "15b3", "1017", "mlx5_core")
        .classCode(CARD, "0x020700")
        .link(CARD, "ibs1")
        .said("ibs1", "type", "32");

    assertEquals(Optional.of("infiniband"), node.read(CARD).linkType());
  }

  @Test
  void read_interfaceOfAnotherKind_hasNoLinkType() {
    node.cards
        .function(CARD, "8086", "1572", "i40e")
        .link(CARD, "odd0")
        .said("odd0", "type", "772");

    assertEquals(Optional.empty(), node.read(CARD).linkType());
  }

  /** In switchdev mode a card also has the interfaces that represent its virtual functions. */
  @Test
  void read_switchdev_namesTheUplinkAndNoRepresentor() {
    node.cards
        .physical(CARD, "15b3", "101d", "mlx5_core", 8)
        .link(CARD, "eth0")
        .said("eth0", "phys_port_name", "pf0vf0")
        .link(CARD, "eth1")
        .said("eth1", "phys_port_name", "c1pf0vf1")
        .link(CARD, "eth2")
        .said("eth2", "phys_port_name", "pf0sf88")
        .link(CARD, "ens2f0np0")
        .said("ens2f0np0", "phys_port_name", "p0")
        .virtual(CARD, 0, FIRST, "101e", Optional.of("mlx5_core"));
    node.uses("eth0", "is a port of bridge br-int").carrier("ens2f0np0", Optional.of(false));

    assertEquals(List.of("ens2f0np0"), node.read(CARD).linkNames());
    assertEquals(Optional.empty(), node.read(CARD).usedByNode());
    assertEquals(
        Optional.of(
            new Physical(new PciAddress(CARD), 0, List.of("ens2f0np0"), Optional.of(false))),
        node.read(FIRST).physical());
  }

  @Test
  void read_functionWithTwoPorts_beginsWithTheFirst() {
    node.cards
        .physical(CARD, "15b3", "1007", "mlx4_core", 8)
        .link(CARD, "a1")
        .said("a1", "dev_port", "1")
        .link(CARD, "b0")
        .virtual(CARD, 0, FIRST, "1004", Optional.of("mlx4_core"));
    node.carrier("a1", Optional.of(false)).uses("a1", "has address 10.0.0.1/24, as \"a1\"");

    assertEquals(List.of("b0", "a1"), node.read(CARD).linkNames());
    assertEquals(Optional.of(true), node.read(CARD).carrier());
    assertEquals(Optional.of("has address 10.0.0.1/24, as \"a1\""), node.read(CARD).usedByNode());
    assertEquals(List.of("b0", "a1"), node.read(FIRST).physical().orElseThrow().linkNames());
  }

  @Test
  void read_interfaceOfWhichTheKernelSaysNothing_isFoundByItsName() {
    node.cards.function(CARD, "8086", "1572", "i40e").link(CARD, "ens1f0");
    node.saysNothingOf("ens1f0");

    assertEquals(List.of("ens1f0"), node.read(CARD).linkNames());
  }

  @Test
  void read_virtioFunction_hasTheInterfaceBelowItsVirtioDevice() {
    String folder = FakeCards.folder("0000:00:03.0");
    node.cards.function("0000:00:03.0", "1af4", "1041", "virtio-pci");
    node.cards.linkAt(node.cards.virtio(folder, 0), "enp0s3");
    node.uses("enp0s3", "carries the node's default route, as \"enp0s3\"");

    NodeDevice device = node.read("0000:00:03.0");

    assertEquals(List.of("enp0s3"), device.linkNames());
    assertEquals(Optional.of("ether"), device.linkType());
    assertEquals(
        Optional.of("carries the node's default route, as \"enp0s3\""), device.usedByNode());
  }

  @Test
  void read_virtualFunctionInAMachineWithoutItsCard_standsAlone() {
    node.cards.function(FIRST, "8086", "1889", "iavf").link(FIRST, "ens4");

    NodeDevice device = node.read(FIRST);

    assertEquals(Optional.empty(), device.physical());
    assertEquals(new PciAddress(FIRST), device.card());
    assertEquals(List.of("ens4"), device.linkNames());
  }

  @Test
  void read_subFunctions_followTheirCard() {
    x710();
    node.cards.physical("0000:03:00.0", "15b3", "101d", "mlx5_core", 8).numaNode("0000:03:00.0", 0);
    node.cards.link("0000:03:00.0", "ens3f0np0").said("ens3f0np0", "phys_port_name", "p0");
    String folder =
        node.cards.subFunction("0000:03:00.0", "mlx5_core.sf.4", 88, Optional.of("mlx5_core.sf"));
    node.cards.linkAt(folder, "enp3s0f0s88");
    node.cards.sysfs().directory(FakeCards.folder("0000:03:00.0") + "/mlx5_core.eth.0");

    assertEquals(
        List.of("0000:03:00.0", "mlx5_core.eth.0", "mlx5_core.sf.4", CARD, FIRST, SECOND), ids());
    NodeDevice device = node.read("mlx5_core.sf.4");
    assertTrue(device.isAuxiliary());
    assertEquals(Optional.of("sf"), device.auxiliaryType());
    assertEquals(Optional.of("mlx5_core.sf"), device.driver());
    assertEquals("15b3", device.vendor());
    assertEquals(Optional.of(0), device.numaNode());
    assertEquals(List.of("enp3s0f0s88"), device.linkNames());
    assertEquals(Optional.of("ether"), device.linkType());
    assertEquals(88, device.physical().orElseThrow().index());
    assertEquals(List.of("ens3f0np0"), device.physical().orElseThrow().linkNames());
    assertEquals("bus/pci/devices/0000:03:00.0/mlx5_core.sf.4", device.path());
    assertEquals(1, node.read("0000:03:00.0").subFunctions());
    assertEquals(Optional.of("eth"), node.read("mlx5_core.eth.0").auxiliaryType());
    assertEquals(Optional.empty(), node.read("mlx5_core.eth.0").physical());
  }

  @Test
  void read_virtioOfAVdpaDevice_countsAsUseOfItsFunction() {
    x710();
    String vdpa = node.cards.vdpa(FakeCards.folder(FIRST), "vdpa0", "virtio_vdpa");
    node.cards.linkAt(node.cards.virtio(vdpa, 7), "eth7");
    node.uses("eth7", "has address 10.0.0.7/24, as \"eth7\"");

    NodeDevice device = node.read(FIRST);

    assertEquals(Optional.of("has address 10.0.0.7/24, as \"eth7\""), device.usedByNode());
    assertEquals(List.of("ens1f0v0"), device.linkNames());
  }

  @Test
  void read_interfaceThatIsSetDown_hasNoCarrierToTell() {
    x710();
    node.carrier("ens1f0v0", Optional.empty());

    assertEquals(Optional.empty(), node.read(FIRST).carrier());
  }

  /** Its virtual functions have no carrier either then. */
  @Test
  void read_cardThatIsSetDown_hasNoCarrier() {
    x710();
    node.carrier("ens1f0", Optional.empty());

    assertEquals(Optional.of(false), node.read(FIRST).physical().orElseThrow().carrier());
  }

  @Test
  void read_functionThatGoesMeanwhile_isLeftOut() {
    x710();
    node.meanwhile(() -> node.cards.gone(SECOND));

    assertEquals(List.of(CARD, FIRST), ids());
  }

  /** It is gone when its turn has come, and was half-read then. */
  @Test
  void read_functionThatGoesWhileItIsRead_isLeftOut() {
    node.cards.function(CARD, "8086", "1572", "i40e").link(CARD, "ens1f0");
    node.meanwhile(() -> node.cards.gone(CARD));

    assertEquals(List.of(), ids());
  }

  @Test
  void read_cardThatGoesMeanwhile_leavesItsVirtualFunctionsReadable() {
    x710();
    node.meanwhile(() -> node.cards.gone(CARD));

    assertEquals(List.of(FIRST, SECOND), ids());
    assertEquals(0, node.read(FIRST).virtualFunctions());
  }

  @Test
  void read_danglingLinkToAVirtualFunction_isNoDevice() {
    x710().gone(SECOND);

    assertEquals(List.of(CARD, FIRST), ids());
    assertEquals(Optional.of("iavf"), node.read(FIRST).driver());
  }

  @Test
  void read_functionWithoutDriver_saysSo() {
    x710().driver(SECOND, Optional.empty());

    assertEquals(Optional.empty(), node.read(SECOND).driver());
  }

  @Test
  void read_noFunctions_isNothing() {
    assertEquals(List.of(), node.read());
  }
}
