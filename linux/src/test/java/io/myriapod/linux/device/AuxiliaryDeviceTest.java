package io.myriapod.linux.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuxiliaryDeviceTest {
  private static final String FUNCTION = "bus/pci/devices/0000:3b:00.0";
  private static final String SUBFUNCTION = FUNCTION + "/mlx5_core.sf.2";

  @TempDir private Path root;
  private FakeSysfs fake;
  private Sysfs sysfs;

  @BeforeEach
  void make() {
    fake = new FakeSysfs(root).directory(FUNCTION + "/net/ens1np0");
    sysfs = new Sysfs(root);
  }

  private static AuxiliaryDevice bare(String name) {
    return new AuxiliaryDevice(name, Optional.empty(), Optional.empty());
  }

  @Test
  void of_subfunction_isReadWhole() {
    fake.file(SUBFUNCTION + "/sfnum", "88");
    fake.link(SUBFUNCTION + "/driver", "../../../bus/auxiliary/drivers/mlx5_core.sf");
    fake.directory(SUBFUNCTION + "/infiniband/mlx5_4");

    assertEquals(
        List.of(
            new AuxiliaryDevice("mlx5_core.sf.2", Optional.of(88L), Optional.of("mlx5_core.sf"))),
        AuxiliaryDevice.of(sysfs, FUNCTION));
    assertEquals("mlx5_4", RdmaDevice.of(sysfs, SUBFUNCTION).get(0).name());
  }

  @Test
  void of_otherTypesAndFiles_areToldApart() {
    fake.directory(FUNCTION + "/mlx5_core.eth.0");
    fake.directory(FUNCTION + "/mlx5_core.rdma.0");
    fake.directory(FUNCTION + "/power");
    fake.file(FUNCTION + "/resource0.wc", "");

    List<AuxiliaryDevice> devices = AuxiliaryDevice.of(sysfs, FUNCTION);

    assertEquals(List.of(bare("mlx5_core.eth.0"), bare("mlx5_core.rdma.0")), devices);
    assertEquals(List.of("eth", "rdma"), devices.stream().map(AuxiliaryDevice::type).toList());
  }

  @Test
  void of_functionThatIsGone_isEmpty() {
    assertEquals(List.of(), AuxiliaryDevice.of(sysfs, "bus/pci/devices/0000:3b:00.1"));
  }

  @Test
  void auxiliaryDevice_nameOfAnotherForm_isRefused() {
    assertEquals(
        "auxiliary device \"mlx5_core.sf\": want MODULE.TYPE.NUMBER such as \"mlx5_core.sf.2\"",
        assertThrows(IllegalArgumentException.class, () -> bare("mlx5_core.sf")).getMessage());
  }
}
