package io.myriapod.deviceplugin.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.config.ResourceName;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SocketNameTest {
  private static final Path FOLDER = Path.of("/var/lib/kubelet/plugins_registry");

  @Test
  void in_usualName_isPrefixAndName() throws IOException {
    assertEquals(
        FOLDER.resolve("intel.com_sriov_vfs.sock"),
        SocketName.in(FOLDER, new ResourceName("intel.com", "sriov_vfs")));
  }

  @Test
  void in_longestNameThatFits_isKeptWhole() throws IOException {
    String fits = "n".repeat(107 - FOLDER.toString().length() - "/a.bc_.sock".length());

    assertEquals(
        FOLDER.resolve("a.bc_" + fits + ".sock"),
        SocketName.in(FOLDER, new ResourceName("a.bc", fits)));
  }

  @Test
  void in_namesTooLongAndAlike_areShortAndDiffer() throws IOException {
    String prefix = "a".repeat(63) + "." + "b".repeat(63);
    Path one = SocketName.in(FOLDER, new ResourceName(prefix, "x".repeat(62) + "1"));
    Path other = SocketName.in(FOLDER, new ResourceName(prefix, "x".repeat(62) + "2"));

    assertEquals(SocketName.MOST_BYTES, one.toString().length());
    assertTrue(one.toString().endsWith(".sock"));
    assertNotEquals(one, other);
  }

  @Test
  void in_folderTooLong_saysSo() {
    Path deep = Path.of("/" + "d".repeat(95));

    IOException e =
        assertThrows(
            IOException.class, () -> SocketName.in(deep, new ResourceName("intel.com", "vf")));
    assertEquals(
        "name a socket of intel.com/vf in %s: a socket's path has no more than 107 bytes"
            .formatted(deep),
        e.getMessage());
  }
}
