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

class VdpaDeviceTest {
  private static final String FUNCTION = "bus/pci/devices/0000:3b:00.2";

  @TempDir private Path root;
  private FakeSysfs fake;
  private Sysfs sysfs;

  @BeforeEach
  void make() {
    fake = new FakeSysfs(root).directory(FUNCTION + "/power");
    sysfs = new Sysfs(root);
  }

  private void device(String parent, String name) {
    fake.link(parent + "/" + name + "/subsystem", "../../../../../bus/vdpa");
    fake.link("bus/vdpa/devices/" + name, "../../../" + parent + "/" + name);
  }

  private void bind(String name, String driver) {
    fake.link(FUNCTION + "/" + name + "/driver", "../../../bus/vdpa/drivers/" + driver);
  }

  @Test
  void of_driverForPrograms_hasItsFile() {
    device(FUNCTION, "vdpa0");
    bind("vdpa0", "vhost_vdpa");
    fake.directory(FUNCTION + "/vdpa0/vhost-vdpa-3");

    assertEquals(
        List.of(
            new VdpaDevice("vdpa0", Optional.of(VdpaDevice.VHOST), Optional.of("vhost-vdpa-3"))),
        VdpaDevice.of(sysfs, FUNCTION));
  }

  @Test
  void of_driverOfTheKernel_hasNoFile() {
    device(FUNCTION, "vdpa0");
    bind("vdpa0", "virtio_vdpa");
    fake.directory(FUNCTION + "/vdpa0/virtio5/net/eth2");

    assertEquals(
        List.of(new VdpaDevice("vdpa0", Optional.of(VdpaDevice.VIRTIO), Optional.empty())),
        VdpaDevice.of(sysfs, FUNCTION));
  }

  @Test
  void of_nameThatSomebodyChose_isFound() {
    device(FUNCTION, "vdpa:0000:3b:00.2");

    assertEquals(
        List.of(new VdpaDevice("vdpa:0000:3b:00.2", Optional.empty(), Optional.empty())),
        VdpaDevice.of(sysfs, FUNCTION));
  }

  @Test
  void of_nameOfAFolderThatEveryFunctionHas_isTheOtherFunctions() {
    device("bus/pci/devices/0000:3b:00.3", "power");

    assertEquals(List.of(), VdpaDevice.of(sysfs, FUNCTION));
    assertEquals(1, VdpaDevice.of(sysfs, "bus/pci/devices/0000:3b:00.3").size());
  }

  @Test
  void of_functionWithoutVdpaOrThatIsGone_isEmpty() {
    assertEquals(List.of(), VdpaDevice.of(sysfs, FUNCTION));
    device("bus/pci/devices/0000:3b:00.3", "vdpa0");
    assertEquals(List.of(), VdpaDevice.of(sysfs, FUNCTION));
    assertEquals(List.of(), VdpaDevice.of(sysfs, "bus/pci/devices/0000:3b:00.4"));
  }

  @Test
  void vdpaDevice_noName_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new VdpaDevice("", Optional.empty(), Optional.empty()));
  }
}
