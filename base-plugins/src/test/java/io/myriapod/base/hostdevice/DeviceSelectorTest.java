package io.myriapod.base.hostdevice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.base.hostdevice.DeviceSelector.ByAuxiliary;
import io.myriapod.base.hostdevice.DeviceSelector.ByPci;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSelectorTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.2");
  @TempDir private Path root;
  private DeviceTree tree;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(root.resolve("bus/pci/devices/" + FUNCTION));
    tree = new DeviceTree(new Sysfs(root));
  }

  @Test
  void absence_pciDevice_saysWhatIsMissing() throws IOException {
    ByPci function = new ByPci("pciBusID", FUNCTION);

    assertEquals("no driver is bound to it", function.absence(tree));
    bind("iavf");
    assertEquals(
        "its driver \"iavf\" shows no network interface on the node", function.absence(tree));
    assertEquals(
        "there is no such PCI device",
        new ByPci("pciBusID", new PciAddress("0000:01:10.3")).absence(tree));
  }

  @Test
  void absence_auxiliaryDevice_saysWhatIsMissing() throws IOException {
    ByAuxiliary device = new ByAuxiliary("deviceID", "mlx5_core.sf.4");

    assertEquals(
        "there is neither a PCI device nor an auxiliary device of that id", device.absence(tree));
    Files.createDirectories(root.resolve("bus/auxiliary/devices/mlx5_core.sf.4"));
    assertEquals("the device has no network interface", device.absence(tree));
  }

  private void bind(String driver) throws IOException {
    Files.createDirectories(root.resolve("bus/pci/drivers/" + driver));
    Files.createSymbolicLink(
        root.resolve("bus/pci/devices/" + FUNCTION + "/driver"),
        Path.of("../../drivers/" + driver));
  }
}
