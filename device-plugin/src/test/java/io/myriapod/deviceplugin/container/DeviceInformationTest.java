package io.myriapod.deviceplugin.container;

import static io.myriapod.deviceplugin.container.Samples.granted;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.types.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceInformationTest {
  private static final String ONE = "0000:01:10.0";
  private static final String TWO = "0000:01:10.2";
  private static final String SUBFUNCTION = "mlx5_core.sf.4";
  private static final ResourceName VF = new ResourceName("intel.com", "sriov-vf");

  @TempDir Path folder;
  private FakeMachine machine;
  private Path files;
  private DeviceInformation information;

  @BeforeEach
  void boot() {
    machine = new FakeMachine(folder);
    files = folder.resolve("devinfo/dp");
    information = information();
  }

  /** As an agent that starts has it. */
  private DeviceInformation information() {
    return new DeviceInformation(machine.sysfs(), new DeviceInfoFiles(folder.resolve("devinfo")));
  }

  @Test
  void publish_virtualFunction_namesThePhysicalOne() throws IOException {
    machine.function(ONE, "iavf");

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE)));
  }

  @Test
  void publish_rdma_namesTheRdmaDeviceThatTheContainerHas() throws IOException {
    machine.function(ONE, "mlx5_core").rdma("bus/pci/devices/" + ONE, 2);

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"rdma-device\":\"mlx5_2\",\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE, Samples.rdma())));
  }

  @Test
  void publish_vhostNet_namesItsFile() throws IOException {
    machine.function(ONE, "iavf");

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"vhost-net\":\"/dev/vhost-net\",\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE, Samples.vhostNet())));
  }

  @Test
  void publish_switchdev_namesTheRepresentor() throws IOException {
    machine.function(ONE, "mlx5_core");
    String links = "bus/pci/devices/0000:01:00.0/net/";
    machine.sys.file(links + "ens1f0np0/phys_port_name", "p0");
    machine.sys.file(links + "eth4/phys_port_name", "pf0vf1");
    machine.sys.file(links + "eth5/phys_port_name", "pf0vf11");
    machine.sys.file(links + "eth6/phys_port_name", "c1pf0vf1");
    machine.sys.directory(links + "eth7/phys_port_name");
    GrantedDevice second =
        new GrantedDevice(Samples.device(ONE, 1), Selector.ALL, Optional.empty());

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"pf-pci-address\":\"0000:01:00.0\",\"representor-device\":\"eth4\"}}",
        published(second));

    machine.sys.file(links + "eth8/phys_port_name", "pf1vf1");
    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(second));
  }

  @Test
  void publish_vdpaForPrograms_namesItsFile() throws IOException {
    machine.function(ONE, "mlx5_core").vdpa(ONE, "vdpa0", "vhost_vdpa", "vhost-vdpa-3");

    assertEquals(
        "{\"type\":\"vdpa\",\"version\":\"1.1.0\",\"vdpa\":{\"parent-device\":\"vdpa0\","
            + "\"driver\":\"vhost\",\"path\":\"/dev/vhost-vdpa-3\","
            + "\"pci-address\":\"0000:01:10.0\",\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE, Samples.vdpa(VdpaType.VHOST))));
  }

  @Test
  void publish_vdpaForTheKernel_namesTheVirtioDevice() throws IOException {
    machine.function(ONE, "mlx5_core").vdpa(ONE, "vdpa0", "virtio_vdpa", "virtio5");

    assertEquals(
        "{\"type\":\"vdpa\",\"version\":\"1.1.0\",\"vdpa\":{\"parent-device\":\"vdpa0\","
            + "\"driver\":\"virtio\",\"path\":\"/sys/bus/virtio/devices/virtio5\","
            + "\"pci-address\":\"0000:01:10.0\",\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE, Samples.vdpa(VdpaType.VIRTIO))));
  }

  @Test
  void publish_subfunction_saysNothingAndLeavesNothingStale() throws IOException {
    Files.createDirectories(files);
    Files.writeString(files.resolve("intel.com-sriov-vf-mlx5_core.sf.4-device.json"), "{}");

    information.publish(VF, List.of(granted(SUBFUNCTION)));

    assertEquals(Set.of(), names());
  }

  @Test
  void publish_again_saysWhatIsTrueNow() throws IOException {
    machine.function(ONE, "mlx5_core");
    information.publish(VF, List.of(granted(ONE, Samples.rdma())));
    machine.rdma("bus/pci/devices/" + ONE, 2);

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"rdma-device\":\"mlx5_2\",\"pf-pci-address\":\"0000:01:00.0\"}}",
        published(granted(ONE, Samples.rdma())));
  }

  @Test
  void removeAllBut_heldOrOffered_stay() throws IOException {
    ResourceName gone = new ResourceName("intel.com", "gone");
    information.publish(VF, List.of(granted(ONE), granted(TWO), granted("0000:01:10.4")));
    information.publish(gone, List.of(granted("0000:01:10.6"), granted("0000:01:11.0")));

    information()
        .removeAllBut(
            Map.of(VF, Set.of(new DeviceId(ONE))),
            Set.of(new DeviceId(TWO), new DeviceId("0000:01:10.6"))::contains);

    assertEquals(
        Set.of(
            "intel.com-gone-0000:01:10.6-device.json",
            "intel.com-sriov-vf-0000:01:10.0-device.json",
            "intel.com-sriov-vf-0000:01:10.2-device.json"),
        names());
  }

  @Test
  void removeAllBut_filesOfOthers_stay() throws IOException {
    Files.createDirectories(files);
    Set<String> others =
        Set.of(
            "other.com-vf-0000:01:10.0-device.json",
            "intel.com-memif-socket1-device.json",
            "intel.com-vf-0000:01:10.0.txt");
    for (String name : others) {
      Files.writeString(files.resolve(name), "{}");
    }
    Files.writeString(files.resolve("intel.com-sf-mlx5_core.sf.4-device.json"), "{}");

    information.removeAllBut(Map.of(VF, Set.of()), device -> false);

    assertEquals(new TreeSet<>(others), names());
  }

  @Test
  void removeAllBut_noFolderYet_isNothingToDo() throws IOException {
    information.removeAllBut(Map.of(VF, Set.of()), device -> false);

    assertEquals(false, Files.exists(files));
  }

  @Test
  void remove_device_takesItsFileAlone() throws IOException {
    information.publish(VF, List.of(granted(ONE), granted(TWO)));

    information.remove(VF, new DeviceId(ONE));

    assertEquals(Set.of("intel.com-sriov-vf-0000:01:10.2-device.json"), names());
  }

  private String published(GrantedDevice device) throws IOException {
    information.publish(VF, List.of(device));
    return Files.readString(
        files.resolve("intel.com-sriov-vf-%s-device.json".formatted(device.id())));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      return all.map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
