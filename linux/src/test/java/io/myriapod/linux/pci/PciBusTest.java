package io.myriapod.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciBusTest {
  private static final PciAddress PHYSICAL = new PciAddress("0000:01:00.0");
  private static final PciAddress FIRST = new PciAddress("0000:01:10.0");
  private static final PciAddress SECOND = new PciAddress("0000:01:10.2");

  @TempDir private Path root;
  private FakeSysfs fake;
  private PciBus bus;

  @BeforeEach
  void make() {
    fake = new FakeSysfs(root).driver("igbvf", "0x10ca").driver("vfio-pci");
    fake.physical(PHYSICAL.value(), 7);
    fake.written("bus/pci/devices/0000:01:00.0/sriov_numvfs", "2");
    bus = new PciBus(new Sysfs(root));
  }

  @Test
  void find_physicalFunction_hasItsVirtualOnesByIndex() {
    PciFunction physical = bus.find(PHYSICAL).orElseThrow();

    assertEquals(Optional.of(new Sriov(7, true, Map.of(0, FIRST, 1, SECOND))), physical.sriov());
    assertEquals(Optional.empty(), physical.virtualOf());
    assertEquals(List.of(physical), bus.physicalFunctions());
  }

  @Test
  void find_virtualFunction_knowsWhoseItIs() {
    PciFunction virtual = bus.find(SECOND).orElseThrow();

    assertEquals(Optional.of(new VirtualOf(PHYSICAL, 1)), virtual.virtualOf());
    assertEquals(Optional.empty(), virtual.sriov());
    assertEquals(Optional.of("igbvf"), virtual.driver());
    assertEquals(Optional.empty(), bus.driverOverrideOf(SECOND));
    assertEquals(Optional.empty(), virtual.numaNode());
    assertEquals(List.of("flr"), virtual.resetMethods());
    assertEquals(0x8086, virtual.vendor());
    assertEquals(0x10ca, virtual.device());
    assertEquals(0x020000, virtual.classCode());
    assertFalse(virtual.isBridge());
  }

  @Test
  void withPhysical_virtualFunction_hasItsPhysicalOneToo() {
    assertEquals(List.of(PHYSICAL, SECOND), bus.withPhysical(SECOND));
    assertEquals(List.of(PHYSICAL), bus.withPhysical(PHYSICAL));
  }

  @Test
  void find_groupOfTwo_namesBothMembers() {
    fake.together(SECOND.value(), FIRST.value());

    IommuGroup group = bus.find(FIRST).orElseThrow().iommuGroup().orElseThrow();

    assertEquals(List.of(FIRST, SECOND), group.members());
    assertFalse(group.noIommu());
    assertEquals("vfio/" + group.number(), group.deviceFile());
  }

  @Test
  void find_groupThatVfioMadeUp_isNoIsolation() {
    int number = bus.find(FIRST).orElseThrow().iommuGroup().orElseThrow().number();
    fake.file("kernel/iommu_groups/" + number + "/name", "vfio-noiommu");

    IommuGroup group = bus.find(FIRST).orElseThrow().iommuGroup().orElseThrow();

    assertTrue(group.noIommu());
    assertEquals("vfio/noiommu-" + number, group.deviceFile());
  }

  @Test
  void find_interfaceInAnotherNamespace_isSeenByTheEmptyDirectory() {
    fake.directory("bus/pci/devices/0000:01:10.0/net");
    fake.directory("bus/pci/devices/0000:01:10.2/net/eth4");

    assertTrue(bus.find(FIRST).orElseThrow().linkElsewhere());
    assertFalse(bus.find(SECOND).orElseThrow().linkElsewhere());
    assertEquals(List.of("eth4"), bus.find(SECOND).orElseThrow().linkNames());
  }

  /** It hangs as long as a driver that is being bound or unbound does. */
  @Test
  void find_overrideThatCannotBeRead_isNotWaitedFor() {
    fake.hangs("bus/pci/devices/" + SECOND + "/driver_override");

    assertEquals(Optional.of("igbvf"), bus.find(SECOND).orElseThrow().driver());
  }

  @Test
  void find_addressOfNothing_isEmpty() {
    assertEquals(Optional.empty(), bus.find(new PciAddress("0000:01:1f.7")));
  }

  @Test
  void foreseen_offsetAndStride_areThoseThatTheKernelMakes() {
    assertEquals(List.of(FIRST, SECOND), bus.foreseen(PHYSICAL, 2));
    assertEquals(List.of(new PciAddress("0000:01:11.4")), bus.foreseen(PHYSICAL, 7).subList(6, 7));
  }

  @Test
  void knowsDriver_registered_isKnown() {
    assertTrue(bus.knowsDriver("vfio-pci"));
    assertFalse(bus.knowsDriver("uio_pci_generic"));
  }
}
