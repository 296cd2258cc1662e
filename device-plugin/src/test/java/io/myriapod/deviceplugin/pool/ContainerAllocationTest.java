package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.FakeNode;
import io.myriapod.deviceplugin.PoolText;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.container.DeviceInformation;
import io.myriapod.deviceplugin.container.Grants;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.FakeFunctions;
import io.myriapod.vfio.Loan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to devices on their way into a container, and undone if it goes wrong. */
class ContainerAllocationTest {
  private static final String CARD = "0000:01:00.0"; // in IOMMU group 1
  private static final String FIRST = "0000:01:10.0"; // in 2
  private static final String SECOND = "0000:01:10.2"; // in 3
  private static final PciAddress FIRST_PCI = new PciAddress(FIRST);
  private static final PciAddress SECOND_PCI = new PciAddress(SECOND);
  private static final String PLAIN = PoolText.entry("vfs", "{'drivers': ['igbvf']}");
  private static final String DPDK = PLAIN + ", 'driver': 'vfio-pci'";

  @TempDir Path root;
  private FakeNode node;
  private FakeCards cards;
  private FakeFunctions functions;
  private DevicePools pools;

  @BeforeEach
  void make() throws IOException {
    node = new FakeNode(root);
    cards = node.cards;
    cards.sysfs().driver("igbvf", "0x10ca").driver("vfio-pci");
    cards.physical(CARD, "8086", "10c9", "igb", 7).link(CARD, "eno1");
    cards.virtual(CARD, 0, FIRST, "10ca", Optional.of("igbvf"));
    cards.virtual(CARD, 1, SECOND, "10ca", Optional.of("igbvf"));
    Files.createDirectories(root.resolve("dev/vfio"));
    for (String file : List.of("vfio", "2", "3")) {
      Files.createFile(root.resolve("dev/vfio").resolve(file));
    }
    functions = new FakeFunctions(root, cards.sysfs());
    pools =
        new DevicePools(
            node.discovery(),
            node.traits(),
            () -> Holdings.NONE,
            device -> Optional.empty(),
            new ContainerAllocation(
                node.sysfs(),
                functions.lending(),
                new Grants(node.sysfs(), root.resolve("dev")),
                Optional.empty(),
                new DeviceInformation(node.sysfs(), new DeviceInfoFiles(root.resolve("devinfo")))));
  }

  @AfterEach
  void close() {
    functions.close();
  }

  private Pool pool(String entry) {
    pools.configure(PoolText.pools(entry));
    return pools.pools().get(0);
  }

  private static List<DeviceId> ids(String... ids) {
    return Stream.of(ids).map(DeviceId::new).toList();
  }

  private static AllocationException refused(Pool pool, String... ids) {
    return assertThrows(AllocationException.class, () -> pool.allocate(ids(ids)));
  }

  private String driver(String id) {
    return cards.sysfs().driverOf(id).orElse("none");
  }

  private boolean isTold(String id) {
    return Files.exists(root.resolve("devinfo/dp/intel.com-vfs-" + id + "-device.json"));
  }

  private void assertUntouched() {
    assertEquals("igbvf", driver(FIRST));
    assertEquals("igbvf", driver(SECOND));
    assertEquals("(null)", cards.sysfs().text(FakeCards.folder(FIRST) + "/driver_override"));
    assertEquals(Optional.empty(), functions.lending().of(FIRST_PCI));
    assertEquals(Optional.empty(), functions.lending().of(SECOND_PCI));
  }

  @Test
  void allocate_plainPool_saysWhatTheDevicesAreAndLeavesThem() {
    ContainerGrant grant = pool(PLAIN).allocate(ids(SECOND, FIRST));

    assertEquals(FIRST + "," + SECOND, grant.environment().get("PCIDEVICE_INTEL_COM_VFS"));
    assertEquals(List.of(), grant.nodes());
    assertTrue(isTold(FIRST));
    assertTrue(isTold(SECOND));
    assertEquals(List.of(), cards.sysfs().log());
    Loan loan = functions.lending().of(FIRST_PCI).orElseThrow();
    assertEquals("intel.com/vfs", loan.resource());
    assertEquals(Optional.empty(), loan.driver());
  }

  @Test
  void allocate_poolWithADriver_givesItAndTheGroupsFiles() {
    ContainerGrant grant = pool(DPDK).allocate(ids(FIRST));

    assertEquals("vfio-pci", driver(FIRST));
    assertEquals("igbvf", driver(SECOND));
    assertEquals(
        List.of("/dev/vfio/vfio", "/dev/vfio/2"),
        grant.nodes().stream().map(ContainerGrant.Node::container).toList());
    assertEquals(Optional.of("vfio-pci"), functions.lending().of(FIRST_PCI).orElseThrow().driver());
  }

  @Test
  void allocate_functionWithoutDriver_isGivenIt() {
    cards.driver(FIRST, Optional.empty());

    pool(DPDK).allocate(ids(FIRST));

    assertEquals("vfio-pci", driver(FIRST));
  }

  @Test
  void allocate_deviceOfAPodThatIsSlow_isPromisedWithItsFileOfThen() {
    pool(PLAIN).allocate(ids(FIRST));
    functions.borrow("old", FIRST_PCI);

    ContainerGrant grant = pool(DPDK).allocate(ids(FIRST));

    assertEquals("igbvf", driver(FIRST));
    assertEquals("/dev/vfio/2", grant.nodes().get(1).container());
    assertEquals(Optional.of("vfio-pci"), functions.lending().of(FIRST_PCI).orElseThrow().driver());
  }

  @Test
  void allocate_secondThatCannotHaveTheDriver_takesTheFirstBack() {
    cards.function("0000:01:11.0", "8086", "1533", "e1000e");
    cards.sysfs().together("0000:01:11.0", SECOND);
    Pool pool = pool(DPDK);

    AllocationException refused = refused(pool, FIRST, SECOND);

    assertEquals(AllocationException.Kind.NOT_READY, refused.kind());
    assertEquals(
        "allocate from intel.com/vfs: bind 0000:01:10.2 to driver \"vfio-pci\": its IOMMU group 3"
            + " has 0000:01:11.0 too, with driver \"e1000e\"; a group is given to programs as a"
            + " whole: unbind that device, or give it vfio-pci first",
        refused.getMessage());
    assertUntouched();
    assertFalse(isTold(FIRST));
  }

  @Test
  void allocate_driverThatNobodyHas_changesNothing() {
    AllocationException refused = refused(pool(PLAIN + ", 'driver': 'nothere'"), FIRST);

    assertTrue(refused.getMessage().contains("nothere"), refused.getMessage());
    assertUntouched();
  }

  @Test
  void allocate_fileThatIsNotThere_takesAllBack() throws IOException {
    Files.delete(root.resolve("dev/vfio/3"));
    Pool pool = pool(DPDK);

    AllocationException refused = refused(pool, FIRST, SECOND);

    assertTrue(
        refused.getMessage().startsWith("allocate from intel.com/vfs: give device 0000:01:10.2"),
        refused.getMessage());
    assertUntouched();
    assertFalse(isTold(FIRST));
  }

  @Test
  void allocate_informationThatCannotBeWritten_takesAllBack() throws IOException {
    Files.createFile(root.resolve("devinfo"));

    AllocationException refused = refused(pool(DPDK), FIRST, SECOND);

    assertEquals(AllocationException.Kind.NOT_READY, refused.kind());
    assertUntouched();
  }

  /** Else the driver that the old pod has would stay for ever. */
  @Test
  void allocate_refusedWhileAPodHasTheDevice_leavesThatPodsLoan() throws IOException {
    Pool pool = pool(DPDK);
    pool.allocate(ids(FIRST));
    functions.borrow("old", FIRST_PCI);
    Optional<Loan> loan = functions.lending().of(FIRST_PCI);
    Files.delete(root.resolve("dev/vfio/3"));

    refused(pool, FIRST, SECOND);

    assertEquals(loan, functions.lending().of(FIRST_PCI));
    assertEquals("vfio-pci", driver(FIRST));
    assertTrue(functions.end("old"));
    assertEquals("igbvf", driver(FIRST));
  }

  @Test
  void allocate_deviceThatHasGoneSince_isRefused() {
    Pool pool = pool(DPDK);
    cards.gone(SECOND);

    AllocationException refused = refused(pool, FIRST, SECOND);

    assertEquals(
        "allocate from intel.com/vfs: device 0000:01:10.2: it is not there any more",
        refused.getMessage());
    assertEquals("igbvf", driver(FIRST));
    assertEquals(Optional.empty(), functions.lending().of(FIRST_PCI));
  }

  @Test
  void allocate_deviceThatHasLostItsDriverSince_isRefused() {
    Pool pool = pool(PLAIN);
    cards.driver(SECOND, Optional.empty());

    assertEquals(
        "allocate from intel.com/vfs: device 0000:01:10.2: it has no driver",
        refused(pool, FIRST, SECOND).getMessage());
    assertEquals(Optional.empty(), functions.lending().of(FIRST_PCI));
  }

  @Test
  void allocate_deviceThatHasAnotherDriverSince_isRefused() {
    Pool pool = pool(PLAIN);
    cards.driver(FIRST, Optional.of("vfio-pci"));

    assertEquals(
        "allocate from intel.com/vfs: device 0000:01:10.0: its driver is \"vfio-pci\" now, and the"
            + " pool selects igbvf",
        refused(pool, FIRST).getMessage());
  }

  @Test
  void allocate_poolThatSelectsNoDrivers_takesWhicheverThereIs() {
    Pool pool = pool(PoolText.entry("vfs", "{'devices': ['10ca']}"));
    cards.driver(FIRST, Optional.of("vfio-pci"));

    assertEquals(2, pool.allocate(ids(FIRST)).nodes().size());
  }

  @Test
  void allocate_subFunction_isPromisedNothing() {
    cards.subFunction(CARD, "mlx5_core.sf.4", 88, Optional.of("mlx5_core.sf"));
    Pool pool =
        pool(
            "'resourceName': 'vfs', 'deviceType': 'auxNetDevice', 'selectors': {'auxTypes': ['sf']}");

    ContainerGrant grant = pool.allocate(ids("mlx5_core.sf.4"));

    assertEquals("mlx5_core.sf.4", grant.environment().get("PCIDEVICE_INTEL_COM_VFS"));
    assertFalse(functions.lending().isAnyPromised());
  }

  @Test
  void requireReady_driverIsThere_isQuiet() {
    Pool pool = pool(DPDK);
    assertTrue(pool.needsPreStart());
    pool.allocate(ids(FIRST));

    pool.requireReady(ids(FIRST));

    assertEquals("vfio-pci", driver(FIRST));
  }

  @Test
  void requireReady_driverHasNotCome_saysWhyItMayBe() {
    Pool pool = pool(DPDK);

    AllocationException refused =
        assertThrows(AllocationException.class, () -> pool.requireReady(ids(FIRST)));

    assertEquals(
        "allocate from intel.com/vfs: device 0000:01:10.0 has driver \"igbvf\" and was to have"
            + " \"vfio-pci\"; a network of the pod gives it that, when the pod before has let go of"
            + " it: is the agent the node's CNI plugin?",
        refused.getMessage());
  }

  @Test
  void requireReady_fileIsNotThere_saysSo() throws IOException {
    Pool pool = pool(DPDK);
    pool.allocate(ids(FIRST));
    Files.delete(root.resolve("dev/vfio/2"));

    AllocationException refused =
        assertThrows(AllocationException.class, () -> pool.requireReady(ids(FIRST)));

    assertTrue(refused.getMessage().contains("/vfio/2"), refused.getMessage());
  }
}
