package io.myriapod.linux.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.libc.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsTest {
  @TempDir Path root;
  private Sysfs sysfs;

  @BeforeEach
  void tree() throws IOException {
    Path device = Files.createDirectories(root.resolve("bus/pci/devices/0000:01:10.2"));
    Files.createDirectories(device.resolve("net/ens1f0v2"));
    Files.createDirectories(device.resolve("net/ens1f0v1"));
    Files.writeString(device.resolve("numa_node"), " 1\n");
    Files.createDirectories(root.resolve("bus/pci/drivers/iavf"));
    Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers/iavf"));
    sysfs = new Sysfs(root);
  }

  @Test
  void read_value_isStripped() {
    assertEquals(Optional.of("1"), sysfs.read("bus/pci/devices/0000:01:10.2/numa_node"));
  }

  @Test
  void read_belowAFile_isEmpty() {
    assertEquals(Optional.empty(), sysfs.read("bus/pci/devices/0000:01:10.2/numa_node/x"));
  }

  @Test
  void read_longValue_isWhole() throws IOException {
    Files.writeString(root.resolve("bus/long"), "x".repeat(10_000) + "\n");
    Files.writeString(root.resolve("bus/page"), "x".repeat(4096));
    Files.writeString(root.resolve("bus/empty"), "");

    assertEquals(10_000, sysfs.read("bus/long").orElseThrow().length());
    assertEquals(4096, sysfs.read("bus/page").orElseThrow().length());
    assertEquals(Optional.of(""), sysfs.read("bus/empty"));
  }

  @Test
  void read_fileWithoutEnd_ends() throws IOException {
    Files.createSymbolicLink(root.resolve("endless"), Path.of("/dev/zero"));

    assertEquals(1 << 20, sysfs.read("endless").orElseThrow().length());
  }

  @Test
  void linkTarget_driver_isItsLastPart() {
    assertEquals(Optional.of("iavf"), sysfs.linkTarget("bus/pci/devices/0000:01:10.2/driver"));
    assertEquals(Optional.empty(), sysfs.linkTarget("bus/pci/devices/0000:01:10.2/physfn"));
    assertEquals(Optional.empty(), sysfs.linkTarget("bus/pci/devices/0000:01:10.2/net"));
  }

  @Test
  void linkTarget_ofWhatHasNoName_isEmpty() throws IOException {
    Files.createSymbolicLink(root.resolve("bus/pci/astray"), Path.of("/"));

    assertEquals(Optional.empty(), sysfs.linkTarget("bus/pci/astray"));
  }

  @Test
  void linkTarget_belowAFile_isEmpty() {
    assertEquals(Optional.empty(), sysfs.linkTarget("bus/pci/devices/0000:01:10.2/numa_node/x"));
  }

  /** Reading a directory ends with EISDIR, as little foreseen as what drivers answer. */
  @Test
  void answer_readingIsRefused_isEmpty() {
    assertThrows(ErrnoException.class, () -> sysfs.read("bus/pci/devices"));
    assertEquals(Optional.empty(), sysfs.answer("bus/pci/devices"));
    assertEquals(Optional.of("1"), sysfs.answer("bus/pci/devices/0000:01:10.2/numa_node"));
  }

  @Test
  void number_decimal_isRead() throws IOException {
    Files.writeString(root.resolve("bus/index"), "4294967295\n");
    Files.writeString(root.resolve("bus/name"), "0x10\n");
    Files.writeString(root.resolve("bus/long"), "1".repeat(19));

    assertEquals(Optional.of(4294967295L), sysfs.number("bus/index"));
    assertEquals(Optional.empty(), sysfs.number("bus/name"));
    assertEquals(Optional.empty(), sysfs.number("bus/long"));
    assertEquals(Optional.empty(), sysfs.number("bus/none"));
  }

  @Test
  void list_directory_isSorted() {
    assertEquals(List.of("ens1f0v1", "ens1f0v2"), sysfs.list("bus/pci/devices/0000:01:10.2/net"));
    assertEquals(List.of(), sysfs.list("bus/pci/devices/0000:01:10.3/net"));
    assertEquals(List.of(), sysfs.list("bus/pci/devices/0000:01:10.2/numa_node"));
    assertEquals(List.of(), sysfs.list("bus/pci/devices/0000:01:10.2/numa_node/net"));
  }

  @Test
  void write_value_isRead() throws IOException {
    Files.createFile(root.resolve("bus/pci/devices/0000:01:10.2/sriov_numvfs"));

    sysfs.write("bus/pci/devices/0000:01:10.2/sriov_numvfs", "4");

    assertEquals(Optional.of("4"), sysfs.read("bus/pci/devices/0000:01:10.2/sriov_numvfs"));
  }

  @Test
  void read_pathThatLeadsOut_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> sysfs.read("../etc/passwd"));
    assertThrows(IllegalArgumentException.class, () -> sysfs.read("bus/../../etc/passwd"));
    assertThrows(IllegalArgumentException.class, () -> sysfs.read("/etc/passwd"));
    assertTrue(sysfs.exists("bus/pci"));
  }
}
