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

/** The trees are as ib_uverbs and ib_umad make them: each entry of a class names its device. */
class RdmaDeviceTest {
  private static final String FUNCTION = "bus/pci/devices/0000:3b:00.2";

  @TempDir private Path root;
  private FakeSysfs fake;
  private Sysfs sysfs;

  @BeforeEach
  void make() {
    fake = new FakeSysfs(root);
    sysfs = new Sysfs(root);
  }

  private void device(String name) {
    fake.file(FUNCTION + "/infiniband/" + name + "/ports/1/pkeys/0", "0xffff");
  }

  private void entry(String folder, String entry, String device) {
    fake.file("%s/%s/%s/ibdev".formatted(FUNCTION, folder, entry), device);
  }

  @Test
  void of_infinibandFunctionWithTwoPorts_hasItsFilesByNumber() {
    device("mlx5_2");
    entry("infiniband_verbs", "uverbs2", "mlx5_2");
    entry("infiniband_mad", "umad10", "mlx5_2");
    entry("infiniband_mad", "umad9", "mlx5_2");
    entry("infiniband_mad", "issm10", "mlx5_2");
    entry("infiniband_mad", "issm9", "mlx5_2");

    RdmaDevice device = RdmaDevice.of(sysfs, FUNCTION).get(0);

    assertEquals(
        new RdmaDevice(
            "mlx5_2",
            Optional.of("infiniband/uverbs2"),
            List.of("infiniband/umad9", "infiniband/umad10"),
            List.of("infiniband/issm9", "infiniband/issm10"),
            Optional.of(0xffff)),
        device);
    assertEquals(
        List.of(
            "infiniband/uverbs2",
            "infiniband/umad9",
            "infiniband/umad10",
            "infiniband/issm9",
            "infiniband/issm10"),
        device.files());
  }

  @Test
  void of_twoDevicesOfOneFunction_eachHasItsOwnFiles() {
    device("irdma0");
    device("irdma1");
    entry("infiniband_verbs", "uverbs0", "irdma0");
    entry("infiniband_verbs", "uverbs1", "irdma1");

    assertEquals(
        List.of("irdma0 [infiniband/uverbs0]", "irdma1 [infiniband/uverbs1]"),
        RdmaDevice.of(sysfs, FUNCTION).stream()
            .map(each -> each.name() + " " + each.files())
            .toList());
  }

  @Test
  void of_entriesThatAreGoing_areLeftOut() {
    device("mlx5_2");
    fake.directory(FUNCTION + "/infiniband_verbs/uverbs2"); // its files have gone already
    fake.directory(FUNCTION + "/infiniband_mad/umad2/ibdev"); // reading it is refused
    entry("infiniband_mad", "abi_version", "mlx5_2");
    fake.directory(FUNCTION + "/infiniband/mlx5_3");

    assertEquals(
        List.of(
            new RdmaDevice("mlx5_2", Optional.empty(), List.of(), List.of(), Optional.of(0xffff)),
            new RdmaDevice("mlx5_3", Optional.empty(), List.of(), List.of(), Optional.empty())),
        RdmaDevice.of(sysfs, FUNCTION));
  }

  @Test
  void of_pkeyThatIsNone_isLeftOut() {
    fake.file(FUNCTION + "/infiniband/mlx5_2/ports/1/pkeys/0", "0x1ffff");

    assertEquals(Optional.empty(), RdmaDevice.of(sysfs, FUNCTION).get(0).defaultPkey());
  }

  @Test
  void of_functionWithoutRdmaOrThatIsGone_isEmpty() {
    fake.directory(FUNCTION);

    assertEquals(List.of(), RdmaDevice.of(sysfs, FUNCTION));
    assertEquals(List.of(), RdmaDevice.of(sysfs, "bus/pci/devices/0000:3b:00.3"));
  }

  @Test
  void connectionManager_moduleLoaded_isItsFile() {
    assertEquals(Optional.empty(), RdmaDevice.connectionManager(sysfs));

    fake.directory("class/misc/rdma_cm");

    assertEquals(Optional.of("infiniband/rdma_cm"), RdmaDevice.connectionManager(sysfs));
  }

  @Test
  void rdmaDevice_nameThatIsAPath_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RdmaDevice("a/b", Optional.empty(), List.of(), List.of(), Optional.empty()));
  }
}
