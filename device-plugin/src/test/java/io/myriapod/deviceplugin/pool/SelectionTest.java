package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.FakeNode;
import io.myriapod.deviceplugin.PoolText;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.Selection.KeyVerdict;
import io.myriapod.deviceplugin.pool.Selection.Verdict;
import io.myriapod.fixtures.sysfs.FakeCards;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key of a selector, on every kind of device. */
class SelectionTest {
  private static final String X710 = "0000:86:00.0";
  private static final String IAVF = "0000:86:02.0";
  private static final String SECOND = "0000:86:02.1";
  private static final String DPDK = "0000:86:02.7";
  private static final String MLX5 = "0000:03:00.0";
  private static final String MLX5_VF = "0000:03:00.2";
  private static final String SUB_FUNCTION = "mlx5_core.sf.4";
  private static final String IGB = "0000:01:00.0";
  private static final String VIRTIO = "0000:00:03.0";
  private static final String ACCELERATOR = "0000:05:00.0";

  @TempDir Path root;
  private FakeNode node;

  @BeforeEach
  void make() {
    node = new FakeNode(root);
    FakeCards cards = node.cards;
    cards.physical(X710, "8086", "1572", "i40e", 32).link(X710, "ens1f0");
    cards.virtual(X710, 0, IAVF, "154c", Optional.of("iavf")).link(IAVF, "ens1f0v0");
    cards.virtual(X710, 1, SECOND, "154c", Optional.of("iavf"));
    cards.virtual(X710, 7, DPDK, "154c", Optional.of("vfio-pci"));
    node.ddpProfile(X710, "GTPv1-C/U IPv4/IPv6 payload");
    cards.physical(MLX5, "15b3", "101d", "mlx5_core", 8).link(MLX5, "ens2f0np0");
    cards.said("ens2f0np0", "phys_port_name", "p0").link(MLX5, "eth0");
    cards.said("eth0", "phys_port_name", "pf0vf0");
    cards.virtual(MLX5, 0, MLX5_VF, "101e", Optional.of("mlx5_core")).link(MLX5_VF, "ens2f0v0");
    cards.rdma(FakeCards.folder(MLX5_VF), "mlx5_2", "0x7fff");
    cards.vdpa(FakeCards.folder(MLX5_VF), "vdpa0", "vhost_vdpa");
    cards.linkAt(
        cards.subFunction(MLX5, SUB_FUNCTION, 88, Optional.of("mlx5_core.sf")), "ens2f0s88");
    cards.function(IGB, "8086", "1533", "igb").link(IGB, "eno1").acpiIndex(IGB, 101);
    cards.function(VIRTIO, "1af4", "1041", "virtio-pci");
    cards.linkAt(cards.virtio(FakeCards.folder(VIRTIO), 0), "enp0s3");
    cards.function(ACCELERATOR, "8086", "0d5c", "vfio-pci").classCode(ACCELERATOR, "0x120000");
  }

  private Selection selection(String... entries) {
    return new Selection(PoolText.pools(entries), node.traits());
  }

  private boolean allows(String entry, String id) {
    return !selection(entry).claims(node.read(id)).isEmpty();
  }

  private static List<String> names(List<Selection.Claim> claims) {
    return claims.stream().map(claim -> claim.pool().resource().name()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'vendors': ['8086']                           | 0000:86:02.0 | 0000:03:00.2
          'vendors': ['1af4', '15b3']                   | 0000:03:00.2 | 0000:86:02.0
          'devices': ['154c']                           | 0000:86:02.0 | 0000:86:00.0
          'devices': ['101e', '1041']                   | 0000:00:03.0 | 0000:01:00.0
          'drivers': ['iavf']                           | 0000:86:02.0 | 0000:86:02.7
          'drivers': ['igb', 'vfio-pci']                | 0000:86:02.7 | 0000:86:02.0
          'pciAddresses': ['0000:86:02.0']              | 0000:86:02.0 | 0000:86:02.1
          'acpiIndexes': ['101']                        | 0000:01:00.0 | 0000:86:02.0
          'acpiIndexes': ['101']                        | 0000:01:00.0 | 0000:86:00.0
          'pfNames': ['ens1f0']                         | 0000:86:02.0 | 0000:03:00.2
          'pfNames': ['ens1f0']                         | 0000:86:00.0 | 0000:01:00.0
          'pfNames': ['ENS1F0']                         | 0000:86:02.0 | 0000:00:03.0
          'pfNames': ['ens1f0#0-3']                     | 0000:86:02.1 | 0000:86:02.7
          'pfNames': ['ens1f0#7']                       | 0000:86:02.7 | 0000:86:02.0
          'pfNames': ['ens1f0#0-3']                     | 0000:86:02.0 | 0000:86:00.0
          'pfNames': ['ens1f0#0', 'ens1f0#4-7']         | 0000:86:02.7 | 0000:86:02.1
          'pfNames': ['eno9', 'Ens1F0#1']               | 0000:86:02.1 | 0000:86:02.0
          'pfNames': ['ens2f0np0']                      | 0000:03:00.2 | 0000:86:02.0
          'pfNames': ['eno1']                           | 0000:01:00.0 | 0000:86:02.0
          'pfNames': ['enp0s3']                         | 0000:00:03.0 | 0000:86:02.0
          'rootDevices': ['0000:86:00.0']               | 0000:86:02.0 | 0000:03:00.2
          'rootDevices': ['0000:86:00.0#1,7']           | 0000:86:02.7 | 0000:86:02.0
          'rootDevices': ['0000:86:00.0']               | 0000:86:00.0 | 0000:01:00.0
          'linkTypes': ['ether']                        | 0000:86:02.7 | 0000:86:03.0
          'linkTypes': ['ether']                        | 0000:00:03.0 | 0000:86:03.0
          'ddpProfiles': ['GTPv1-C/U IPv4/IPv6 payload'] | 0000:86:02.0 | 0000:03:00.2
          'pKeys': ['0x7fff']                           | 0000:03:00.2 | 0000:86:02.0
          'isRdma': true                                | 0000:03:00.2 | 0000:03:00.0
          'vdpaType': 'vhost'                           | 0000:03:00.2 | 0000:86:02.0
          """)
  void claims_keyOfASelector_tellsDevicesApart(String key, String allowed, String denied) {
    node.cards
        .function("0000:86:03.0", "8086", "1572", "i40e")
        .link("0000:86:03.0", "ib0")
        .said("ib0", "type", "32");
    String entry = PoolText.entry("vfs", "{%s}".formatted(key));

    assertTrue(allows(entry, allowed));
    assertFalse(allows(entry, denied));
  }

  @ParameterizedTest
  @CsvSource({"0x7fff, 0x8001", "0xffff, 0x7fff"})
  void claims_partitionKey_isTheFirstOne(String has, String other) {
    node.cards.rdma(FakeCards.folder(MLX5_VF), "mlx5_2", has);

    assertTrue(allows(PoolText.entry("vfs", "{'pKeys': ['%s']}".formatted(has)), MLX5_VF));
    assertFalse(allows(PoolText.entry("vfs", "{'pKeys': ['%s']}".formatted(other)), MLX5_VF));
  }

  @Test
  void claims_vdpaTypeOfAnotherDriver_isDenied() {
    assertFalse(allows(PoolText.entry("vfs", "{'vdpaType': 'virtio'}"), MLX5_VF));
  }

  @Test
  void claims_representorAsPhysicalFunction_isDenied() {
    assertFalse(allows(PoolText.entry("vfs", "{'pfNames': ['eth0']}"), MLX5_VF));
  }

  @Test
  void claims_vhostNet_tellsNoDevicesApart() {
    assertTrue(allows(PoolText.entry("vfs", "{'needVhostNet': true}"), IAVF));
  }

  @Test
  void claims_severalKeys_mustAllAllow() {
    String entry =
        PoolText.entry(
            "vfs", "{'vendors': ['8086'], 'drivers': ['iavf'], 'pfNames': ['ens1f0#0']}");

    assertTrue(allows(entry, IAVF));
    assertFalse(allows(entry, SECOND));
    assertFalse(allows(entry, DPDK));
    assertFalse(allows(entry, IGB));
  }

  @Test
  void claims_severalSelectors_oneOfThemIsEnough() {
    String entry =
        PoolText.entry(
            "vfs", "[{'drivers': ['vfio-pci']}, {'vendors': ['15b3'], 'isRdma': true}, {}]");
    Selection selection = selection(entry);

    assertEquals(
        "[vfio-pci]", selection.claims(node.read(DPDK)).get(0).selector().drivers().toString());
    assertTrue(selection.claims(node.read(MLX5_VF)).get(0).selector().isRdma());
    assertFalse(selection.claims(node.read(IGB)).get(0).selector().isRdma());
    assertEquals(1, selection.claims(node.read(DPDK)).size());
  }

  @Test
  void claims_noSelectors_areAllDevicesOfTheType() {
    assertTrue(allows("'resourceName': 'all'", X710));
    assertTrue(allows("'resourceName': 'all'", VIRTIO));
    assertFalse(allows("'resourceName': 'all'", ACCELERATOR));
    assertFalse(allows("'resourceName': 'all'", SUB_FUNCTION));
  }

  @Test
  void claims_severalPools_areInTheOrderOfTheConfiguration() {
    Selection selection =
        selection(
            PoolText.entry("second", "{'drivers': ['iavf']}"),
            PoolText.entry("none", "{'drivers': ['igb']}"),
            PoolText.entry("first", "[{'vendors': ['8086']}, {'drivers': ['iavf']}]"));

    assertEquals(List.of("second", "first"), names(selection.claims(node.read(IAVF))));
    assertEquals(List.of("first"), names(selection.claims(node.read(DPDK))));
  }

  @Test
  void claims_accelerator_isOfItsTypeOnly() {
    String accelerators = "'resourceName': 'fec', 'deviceType': 'accelerator', ";

    assertTrue(allows(accelerators + "'selectors': {'devices': ['0d5c']}", ACCELERATOR));
    assertTrue(allows(accelerators + "'selectors': {'drivers': ['vfio-pci']}", ACCELERATOR));
    assertFalse(allows(accelerators + "'selectors': {'vendors': ['8086']}", IAVF));
    assertFalse(allows(PoolText.entry("vfs", "{'vendors': ['8086']}"), ACCELERATOR));
  }

  @Test
  void claims_subFunction_isOfItsTypeOnly() {
    String auxiliary = "'resourceName': 'sfs', 'deviceType': 'auxNetDevice', 'selectors': ";

    assertTrue(allows(auxiliary + "{'auxTypes': ['sf']}", SUB_FUNCTION));
    assertTrue(allows(auxiliary + "{'auxTypes': ['sf'], 'vendors': ['15b3']}", SUB_FUNCTION));
    assertTrue(allows(auxiliary + "{'auxTypes': ['sf'], 'devices': ['101d']}", SUB_FUNCTION));
    assertTrue(
        allows(auxiliary + "{'auxTypes': ['sf'], 'drivers': ['mlx5_core.sf']}", SUB_FUNCTION));
    assertTrue(
        allows(auxiliary + "{'auxTypes': ['sf'], 'pfNames': ['ens2f0np0#88']}", SUB_FUNCTION));
    assertFalse(
        allows(auxiliary + "{'auxTypes': ['sf'], 'pfNames': ['ens2f0np0#0-3']}", SUB_FUNCTION));
    assertTrue(
        allows(auxiliary + "{'auxTypes': ['sf'], 'rootDevices': ['0000:03:00.0']}", SUB_FUNCTION));
    assertTrue(allows(auxiliary + "{'auxTypes': ['sf'], 'linkTypes': ['ether']}", SUB_FUNCTION));
    assertFalse(allows(auxiliary + "{'auxTypes': ['sf'], 'isRdma': true}", SUB_FUNCTION));
    assertFalse(allows(auxiliary + "{'auxTypes': ['sf']}", MLX5_VF));
    assertFalse(allows(PoolText.entry("vfs", "{'vendors': ['15b3']}"), SUB_FUNCTION));
  }

  @Test
  void claims_otherPartOfACard_isNoSubFunction() {
    node.cards.sysfs().directory(FakeCards.folder(MLX5) + "/mlx5_core.eth.0");

    assertFalse(
        allows(
            "'resourceName': 'sfs', 'deviceType': 'auxNetDevice', 'selectors': {'auxTypes': ['sf']}",
            "mlx5_core.eth.0"));
  }

  @Test
  void claims_rdmaOfASubFunction_isItsOwn() {
    String entry =
        "'resourceName': 'sfs', 'deviceType': 'auxNetDevice',"
            + " 'selectors': {'auxTypes': ['sf'], 'isRdma': true}";
    node.cards.rdma(FakeCards.folder(MLX5) + "/" + SUB_FUNCTION, "mlx5_5", "0xffff");

    assertTrue(allows(entry, SUB_FUNCTION));
  }

  /** Inside a machine that got it from outside: no card, no number. */
  @Test
  void claims_virtualFunctionWithoutItsCard_isKnownByItsOwnName() {
    node.cards.function("0000:09:00.0", "8086", "1889", "iavf").link("0000:09:00.0", "ens4");

    assertTrue(allows(PoolText.entry("vfs", "{'pfNames': ['ens4']}"), "0000:09:00.0"));
    assertFalse(allows(PoolText.entry("vfs", "{'pfNames': ['ens4#0-3']}"), "0000:09:00.0"));
    assertTrue(allows(PoolText.entry("vfs", "{'rootDevices': ['0000:09:00.0']}"), "0000:09:00.0"));
  }

  @Test
  void claims_poolThatGivesADriver_takesDevicesWithoutOne() {
    node.cards.driver(SECOND, Optional.empty());
    String entry = PoolText.entry("dpdk", "{'drivers': ['iavf']}");

    assertFalse(allows(entry, SECOND));
    assertTrue(allows(entry + ", 'driver': 'vfio-pci'", SECOND));
    assertTrue(allows(entry + ", 'driver': 'vfio-pci'", IAVF));
    assertFalse(allows(entry + ", 'driver': 'vfio-pci'", DPDK));
  }

  /** Only virtual functions are given a driver. */
  @Test
  void claims_poolThatGivesADriver_takesVirtualFunctionsOnly() {
    String entry = PoolText.entry("dpdk", "{'vendors': ['8086']}") + ", 'driver': 'vfio-pci'";

    assertTrue(allows(entry, IAVF));
    assertFalse(allows(entry, X710));
    assertFalse(allows(entry, IGB));
  }

  @Test
  void verdicts_ofADevice_sayWhatEachKeyWantsAndGets() {
    NodeDevice device = node.read(DPDK);

    List<Verdict> verdicts =
        selection(
                PoolText.entry(
                    "vfs",
                    "[{'drivers': ['iavf', 'igb'], 'pfNames': ['ens1f0#0-3,7']},"
                        + " {'isRdma': true, 'linkTypes': ['ether']}]"),
                "'resourceName': 'fec', 'deviceType': 'accelerator'")
            .verdicts(device);

    assertEquals(
        List.of(
            new KeyVerdict("drivers", "iavf, igb", "vfio-pci", false),
            new KeyVerdict("pfNames", "ens1f0#0-3,7", "ens1f0#7", true)),
        verdicts.get(0).keys());
    assertEquals(
        List.of(
            new KeyVerdict("linkTypes", "ether", "ether", true),
            new KeyVerdict("isRdma", "an RDMA device", "nothing", false)),
        verdicts.get(1).keys());
    assertEquals(List.of(0, 1, 0), verdicts.stream().map(Verdict::index).toList());
    assertFalse(verdicts.get(2).isOfType());
    assertEquals(List.of(), verdicts.get(2).keys());
    assertTrue(verdicts.stream().noneMatch(Verdict::allows));
  }
}
