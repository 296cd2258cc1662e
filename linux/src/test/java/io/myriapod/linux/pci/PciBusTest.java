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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertFalse(bus.identityOf(virtual.address()).isBridge());
  }

  @Test
  void identityOf_function_isWhatItsFilesSay() {
    fake.file("bus/pci/devices/0000:01:10.0/class", "0x060400");

    assertEquals(new PciIdentity(0x8086, 0x10c9, 0x020000), bus.identityOf(PHYSICAL));
    assertEquals(new PciIdentity(0x8086, 0x10ca, 0x060400), bus.identityOf(FIRST));
    assertTrue(bus.identityOf(FIRST).isBridge());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "of:NnicT", "pci:v00008086d000010CA", "pci:v00018086d000010CAsv00000000sd0"})
  void identityOf_modaliasOfAnotherForm_isReadFromTheOtherFiles(String modalias) {
    fake.file("bus/pci/devices/0000:01:10.0/modalias", modalias);

    assertEquals(new PciIdentity(0x8086, 0x10ca, 0x020000), bus.identityOf(FIRST));
  }

  @Test
  void identityOf_functionThatIsNot_isZero() {
    assertEquals(new PciIdentity(0, 0, 0), bus.identityOf(new PciAddress("0000:99:00.0")));
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
  void uioFileOf_driverOfUio_isItsFile() {
    fake.directory("bus/pci/devices/0000:01:10.0/uio/uio3");

    assertEquals(Optional.of("uio3"), bus.uioFileOf(FIRST));
    assertEquals(Optional.empty(), bus.uioFileOf(SECOND));
  }

  @Test
  void vfioFileOf_kernelWithFilePerDevice_isThat() {
    fake.directory("bus/pci/devices/0000:01:10.0/vfio-dev/vfio12");

    assertEquals(Optional.of("vfio/devices/vfio12"), bus.vfioFileOf(FIRST));
    assertEquals(Optional.empty(), bus.vfioFileOf(SECOND));
  }

  @Test
  void acpiIndexOf_deviceOnTheBoard_isTheFirmwaresNumber() {
    fake.file("bus/pci/devices/0000:01:00.0/acpi_index", "101");

    assertEquals(Optional.of(101L), bus.acpiIndexOf(PHYSICAL));
    assertEquals(Optional.empty(), bus.acpiIndexOf(FIRST));
  }

  @Test
  void find_addressOfNothing_isEmpty() {
    assertEquals(Optional.empty(), bus.find(new PciAddress("0000:01:1f.7")));
  }

  /** What the capability says may be wrong, or cover another number of functions. */
  @ParameterizedTest
  @CsvSource({"0, 0", "128, 0", "126, 2", "1, 1", "200, 2"})
  void find_virtualFunctionElsewhereThanForeseen_isSearchedFor(String offset, String stride) {
    fake.written("bus/pci/devices/0000:01:00.0/sriov_offset", offset);
    fake.written("bus/pci/devices/0000:01:00.0/sriov_stride", stride);

    assertEquals(
        Optional.of(new VirtualOf(PHYSICAL, 1)), bus.find(SECOND).flatMap(PciFunction::virtualOf));
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
