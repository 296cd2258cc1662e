package io.myriapod.kubernetes.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceInfoFilesTest {
  private static final String PCI = "{\"type\":\"pci\",\"version\":\"1.1.0\"}";

  @TempDir Path folder;
  private DeviceInfoFiles files;

  @BeforeEach
  void open() throws IOException {
    files = new DeviceInfoFiles(folder);
    Files.createDirectories(folder.resolve("dp"));
  }

  @Test
  void ofPool_fileOfTheDevicePlugin_isFoundByTheNameThatItGives() throws IOException {
    Files.writeString(folder.resolve("dp/intel.com-vf-0000:01:10.0-device.json"), PCI);

    assertEquals(
        Optional.of(PCI),
        files.ofPool("intel.com/vf", new DeviceId("0000:01:10.0")).map(Object::toString));
    assertEquals(Optional.empty(), files.ofPool("intel.com/vf", new DeviceId("0000:01:10.2")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"type\":\"pci\"}",
        "{\"type\":1,\"version\":\"1\"}",
        PCI + "}"
      })
  void read_noDeviceInformation_isLeftOut(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), text);

    assertEquals(Optional.empty(), files.read(file));
  }

  @Test
  void read_tooLongOrNoFile_isLeftOut() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), PCI + " ".repeat(64 * 1024));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    assertEquals(Optional.empty(), files.read(file));
    assertEquals(Optional.empty(), files.read(link));
    assertEquals(Optional.empty(), files.read(folder));
  }

  @Test
  void ofAttachment_longestNames_areDifferentFilesThatCanBeMade() throws IOException {
    ContainerId container = new ContainerId("c".repeat(64));
    String network = "n".repeat(63) + "/" + "a".repeat(253);
    Path one = files.ofAttachment(network, container, new InterfaceName("net1"));
    Path two = files.ofAttachment(network, container, new InterfaceName("net2"));

    assertNotEquals(one, two);
    Files.createDirectories(one.getParent());
    Files.createFile(one);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "../../x", "/x", "ü", "\ud800", "a\0b", "a\nb"})
  void ofPool_oddResource_staysInTheFolder(String resource) throws IOException {
    Files.createDirectories(folder.resolve("dp/..-a-device.json"));
    Files.writeString(folder.resolve("x-a-device.json"), PCI);
    Files.writeString(folder.resolve("dp/x-a-device.json"), PCI);

    assertEquals(Optional.empty(), files.ofPool(resource, new DeviceId("a")));
  }

  @Test
  void writeOfPool_deviceOfAResource_everybodyReadsIt() throws IOException {
    Path dp = folder.resolve("dp");
    Files.setPosixFilePermissions(dp, PosixFilePermissions.fromString("---------"));
    ObjectNode info = new ObjectMapper().createObjectNode().put("type", "pci").put("version", "1");

    files.writeOfPool("intel.com/vf", new DeviceId("0000:01:10.0"), info.put("a", 1));
    files.writeOfPool("intel.com/vf", new DeviceId("0000:01:10.0"), info.put("a", 2));

    Path file = dp.resolve("intel.com-vf-0000:01:10.0-device.json");
    assertEquals(List.of(file), files.filesOfPools());
    assertEquals(Optional.of(info), files.ofPool("intel.com/vf", new DeviceId("0000:01:10.0")));
    assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(dp)));
  }

  @Test
  void devicesOf_dashesInResourceAndId_areAllThatCanBeMeant() {
    Path file = files.fileOfPool("intel.com/vf-a", new DeviceId("mlx5-core.sf.4"));

    assertEquals(
        List.of("vf-a-mlx5-core.sf.4", "a-mlx5-core.sf.4", "mlx5-core.sf.4", "core.sf.4"),
        DeviceInfoFiles.devicesOf(file, List.of("other.com", "intel.com")).stream()
            .map(DeviceId::value)
            .toList());
  }

  @Test
  void devicesOf_resourceOfAnotherPrefix_isNone() {
    Path file = files.fileOfPool("intel.com/vf", new DeviceId("0000:01:10.0"));

    assertEquals(List.of(), DeviceInfoFiles.devicesOf(file, List.of("intel", "com")));
  }

  @Test
  void filesOfPools_noFolder_areNone() throws IOException {
    Files.delete(folder.resolve("dp"));

    assertEquals(List.of(), files.filesOfPools());
  }
}
