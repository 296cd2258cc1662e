package io.myriapod.deviceplugin.container;

import static io.myriapod.deviceplugin.container.Samples.granted;
import static io.myriapod.deviceplugin.container.Samples.pool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.types.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CdiSpecsTest {
  private static final String ONE = "0000:01:10.0";
  private static final String TWO = "0000:01:10.2";
  private static final PoolConfig POOL = pool("intel.com", "sriov-vf");
  private static final String FILE = "sriov-dp-intel.com-net-pci-sriov-vf.json";

  @TempDir Path folder;
  private FakeMachine machine;
  private Path cdi;
  private CdiSpecs specs;

  @BeforeEach
  void boot() {
    machine = new FakeMachine(folder);
    cdi = folder.resolve("cdi");
    specs = new CdiSpecs(cdi, machine.grants());
  }

  @Test
  void publish_pool_isOneFileForAllToRead() throws IOException {
    machine.withoutIommu(ONE, 1).function(TWO, "vfio-pci").has("vfio/2");

    Set<DeviceId> named = specs.publish(POOL, List.of(granted(TWO), granted(ONE)));

    assertEquals(Set.of(new DeviceId(ONE), new DeviceId(TWO)), named);
    assertEquals(Set.of(FILE), files());
    assertEquals(
        """
        {
          "cdiVersion" : "0.5.0",
          "kind" : "intel.com/net-pci",
          "devices" : [ {
            "name" : "0000:01:10.0",
            "containerEdits" : {
              "deviceNodes" : [ {
                "path" : "/dev/vfio/vfio",
                "permissions" : "rw"
              }, {
                "path" : "/dev/vfio/1",
                "hostPath" : "/dev/vfio/noiommu-1",
                "permissions" : "rw"
              }, {
                "path" : "/dev/vfio/noiommu-1",
                "permissions" : "rw"
              } ]
            }
          }, {
            "name" : "0000:01:10.2",
            "containerEdits" : {
              "deviceNodes" : [ {
                "path" : "/dev/vfio/vfio",
                "permissions" : "rw"
              }, {
                "path" : "/dev/vfio/2",
                "permissions" : "rw"
              } ]
            }
          } ]
        }""",
        Files.readString(cdi.resolve(FILE)));
    assertEquals(
        "rw-r--r--",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(cdi.resolve(FILE))));
  }

  @Test
  void publish_nothingNew_leavesTheFileAlone() throws IOException {
    machine.function(ONE, "vfio-pci").has("vfio/1", "vfio/2");
    specs.publish(POOL, List.of(granted(ONE)));
    Object before = Files.getAttribute(cdi.resolve(FILE), "unix:ino");

    specs.publish(POOL, List.of(granted(ONE)));
    assertEquals(before, Files.getAttribute(cdi.resolve(FILE), "unix:ino"));

    machine.function(TWO, "vfio-pci").sys.together(ONE, TWO);
    specs.publish(POOL, List.of(granted(ONE)));
    assertTrue(Files.readString(cdi.resolve(FILE)).contains("\"/dev/vfio/2\""));
  }

  @Test
  void publish_devicesThatBringNothingOrLackSomething_areNotInIt() throws IOException {
    machine.function(ONE, "iavf").function(TWO, "vfio-pci").has("vfio/2");
    assertEquals(
        Set.of(new DeviceId(TWO)), specs.publish(POOL, List.of(granted(ONE), granted(TWO))));

    machine.lost("vfio/2");
    assertEquals(Set.of(), specs.publish(POOL, List.of(granted(ONE), granted(TWO))));
    assertEquals(Set.of(), files(), "a file without devices is none");
  }

  @Test
  void publish_leftByAnotherDevicePlugin_isReplacedIfItNamesTheDevice() throws IOException {
    machine.function(ONE, "vfio-pci").has("vfio/1");
    Files.createDirectories(cdi);
    String same = "cdiVersion: 0.5.0\nkind: intel.com/net-pci\ndevices:\n- name: \"%s\"\n";
    Files.writeString(cdi.resolve("sriov-dp-intel.com-net-pci_3f.yaml"), same.formatted(ONE));
    Files.writeString(cdi.resolve("sriov-dp-intel.com-net-pci-b.yaml"), same.formatted(TWO));
    Files.writeString(
        cdi.resolve("sriov-dp-other.yaml"), same.replace("intel", "other").formatted(ONE));
    Files.writeString(cdi.resolve("sriov-dp-broken.yaml"), "a: b: {");
    Files.writeString(cdi.resolve("vendor.yaml"), same.formatted(ONE));
    Files.writeString(
        cdi.resolve("sriov-dp-endless.yaml"), same.formatted(ONE) + "x: " + "y".repeat(1 << 20));

    specs.publish(POOL, List.of(granted(ONE)));

    assertEquals(
        Set.of(
            FILE,
            "sriov-dp-intel.com-net-pci-b.yaml",
            "sriov-dp-other.yaml",
            "sriov-dp-broken.yaml",
            "sriov-dp-endless.yaml",
            "vendor.yaml"),
        files());
  }

  @Test
  void grant_devices_areNamedInBothWays() throws IOException {
    machine.function(ONE, "vfio-pci").function(TWO, "vfio-pci").has("vfio/1", "vfio/2");
    List<GrantedDevice> all = List.of(granted(TWO), granted(ONE));

    ContainerGrant grant = specs.grant(POOL, all, all);

    List<String> names =
        List.of("intel.com/net-pci=0000:01:10.0", "intel.com/net-pci=0000:01:10.2");
    assertEquals(names, grant.cdiDevices());
    assertEquals(
        Map.of("cdi.k8s.io/intel.com_net-pci_sriov-vf", String.join(",", names)),
        grant.annotations());
    assertEquals(List.of(), grant.nodes());
    assertEquals(machine.grants().grant(POOL, all).environment(), grant.environment());
    assertEquals(Set.of(FILE), files());
  }

  @Test
  void grant_deviceThatBringsNothing_isNotNamed() throws IOException {
    machine.function(ONE, "iavf");

    ContainerGrant grant = specs.grant(POOL, List.of(granted(ONE)), List.of(granted(ONE)));

    assertEquals(List.of(), grant.cdiDevices());
    assertEquals(Map.of(), grant.annotations());
    assertEquals(ONE, grant.environment().get("PCIDEVICE_INTEL_COM_SRIOV_VF"));
  }

  @Test
  void grant_deviceThatLacksSomething_isRefused() {
    machine.function(ONE, "vfio-pci");

    assertThrows(
        GrantException.class,
        () -> specs.grant(POOL, List.of(granted(ONE)), List.of(granted(ONE))));
  }

  @Test
  void grant_resourcesOfOnePrefix_haveAnnotationsOfTheirOwn() {
    String tooLong = CdiKind.of(pool("intel.com", "a".repeat(63))).annotation();

    assertNotEquals(tooLong, CdiKind.of(pool("intel.com", "b".repeat(63))).annotation());
    assertTrue(tooLong.matches("cdi\\.k8s\\.io/net-pci_[0-9a-f-]{36}"), tooLong);
    assertEquals(
        "cdi.k8s.io/intel.com_net-sf_a",
        CdiKind.of(pool("intel.com", "a", DeviceType.AUX_NET_DEVICE, Map.of())).annotation());
    assertEquals(
        "cdi.k8s.io/intel.com_net-accel_a",
        CdiKind.of(pool("intel.com", "a", DeviceType.ACCELERATOR, Map.of())).annotation());
  }

  @Test
  void grant_longestNames_areFilesAndAnnotationsThatCanBeMade() throws IOException {
    machine.function(ONE, "vfio-pci").has("vfio/1");
    PoolConfig longest = pool("a".repeat(60) + ("." + "b".repeat(60)).repeat(3), "n".repeat(63));

    ContainerGrant grant = specs.grant(longest, List.of(granted(ONE)), List.of(granted(ONE)));

    assertEquals(1, files().size());
    assertTrue(
        grant.annotations().keySet().stream()
            .allMatch(key -> key.length() <= "cdi.k8s.io/".length() + 63));
  }

  @Test
  void publish_prefixThatCdiDoesNotKnow_isRefused() {
    assertEquals(
        "resource prefix \"3com.org\": CDI wants one that begins with a letter",
        assertThrows(
                IllegalArgumentException.class,
                () -> specs.publish(pool("3com.org", "vf"), List.of()))
            .getMessage());
  }

  @Test
  void remove_pool_takesItsFileAlone() throws IOException {
    machine.function(ONE, "vfio-pci").has("vfio/1");
    specs.publish(POOL, List.of(granted(ONE)));
    specs.publish(pool("other.com", "vf"), List.of(granted(ONE)));

    specs.remove(POOL);

    assertEquals(Set.of("sriov-dp-other.com-net-pci-vf.json"), files());
  }

  @Test
  void removeAllBut_poolsOfNow_takesWhatFormerOnesLeft() throws IOException {
    machine.function(ONE, "vfio-pci").has("vfio/1");
    specs.removeAllBut(List.of(POOL), none -> false);
    specs.publish(POOL, List.of(granted(ONE)));
    specs.publish(pool("other.com", "vf"), List.of(granted(ONE)));
    Files.writeString(cdi.resolve("vendor.json"), "{}");
    Files.writeString(cdi.resolve("sriov-dp-x.yaml"), "kind: x.com/net-pci\n");

    specs.removeAllBut(List.of(POOL), none -> false);

    assertEquals(Set.of(FILE, "vendor.json", "sriov-dp-x.yaml"), files());
    assertFalse(Files.exists(cdi.resolve("sriov-dp-other.com-net-pci-vf.json")));
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(cdi)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
