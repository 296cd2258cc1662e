package io.myriapod.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTreeTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.2");
  @TempDir private Path root;
  private DeviceTree tree;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(root.resolve("bus/pci/devices/" + FUNCTION));
    tree = new DeviceTree(new Sysfs(root));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vfio-pci", "mlx5_vfio_pci", "uio_pci_generic", "igb_uio"})
  void userspaceDriverOf_driverForPrograms_isIt(String driver) throws IOException {
    bind(driver);

    assertEquals(Optional.of(driver), tree.userspaceDriverOf(FUNCTION));
  }

  @Test
  void userspaceDriverOf_driverOfTheKernel_isNone() throws IOException {
    bind("iavf");

    assertEquals(Optional.empty(), tree.userspaceDriverOf(FUNCTION));
    assertEquals(Optional.of("iavf"), tree.driverOf(FUNCTION));
  }

  @Test
  void isAt_virtioBelowTheFunction_isTheFunctions() throws IOException {
    Files.createDirectories(root.resolve("bus/pci/devices/" + FUNCTION + "/virtio3/net/eth5"));

    assertTrue(tree.isAt(DeviceTree.pathOf(FUNCTION), Optional.of("virtio3")));
    assertTrue(tree.isAt(DeviceTree.pathOf(FUNCTION), Optional.of(FUNCTION.value())));
    assertFalse(tree.isAt(DeviceTree.pathOf(FUNCTION), Optional.of("virtio4")));
    assertFalse(tree.isAt(DeviceTree.pathOf(FUNCTION), Optional.empty()));
  }

  @Test
  void isAt_virtioBelowAVdpaDevice_isThatDevices() throws IOException {
    Files.createDirectories(root.resolve("bus/pci/devices/" + FUNCTION + "/vdpa0/virtio5"));

    assertTrue(tree.isAt(DeviceTree.pathOf(FUNCTION) + "/vdpa0", Optional.of("virtio5")));
  }

  private void bind(String driver) throws IOException {
    Files.createDirectories(root.resolve("bus/pci/drivers/" + driver));
    Files.createSymbolicLink(
        root.resolve("bus/pci/devices/" + FUNCTION + "/driver"),
        Path.of("../../drivers/" + driver));
  }
}
