package io.myriapod.linux.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTimeTest {
  @Test
  void read_thisMachine_isOver() {
    assertTrue(BootTime.read().isBefore(Instant.now()));
  }

  @Test
  void read_movedRoot_isThatOfTheTree(@TempDir Path root) throws IOException {
    Path file = Files.createDirectories(root.resolve("proc")).resolve("stat");
    Files.writeString(file, "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n");

    assertEquals(Instant.ofEpochSecond(1_700_000_000), BootTime.read(root));
  }

  @Test
  void read_withoutTheLine_saysSo(@TempDir Path root) throws IOException {
    Path file = Files.createDirectories(root.resolve("proc")).resolve("stat");
    Files.writeString(file, "cpu 1 2 3\nbtime soon\n");

    assertThrows(IllegalStateException.class, () -> BootTime.read(root));
  }
}
