package io.myriapod.linux.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootIdTest {
  @Test
  void read_thisMachine_isAUuid() {
    assertEquals(36, BootId.read().length());
    assertEquals(BootId.read(), BootId.read());
  }

  @Test
  void read_movedRoot_isThatOfTheTree(@TempDir Path root) throws IOException {
    Path file = root.resolve("proc/sys/kernel/random/boot_id");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "00000000-0000-4000-8000-000000000001\n");

    assertEquals("00000000-0000-4000-8000-000000000001", BootId.read(root));
  }
}
