package io.myriapod.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibcTest {
  @TempDir Path directory;

  @Test
  void open_missingFile_saysWhichAndWhy() {
    assertEquals(
        "open \"%s/x\": ENOENT".formatted(directory),
        assertThrows(ErrnoException.class, () -> Libc.open(directory + "/x", Libc.O_RDONLY, 0))
            .getMessage());
  }

  @Test
  void open_pathWithZeroByte_isRefusedBeforeTheCall() {
    assertThrows(
        IllegalArgumentException.class, () -> Libc.open("/etc/pass\0wd", Libc.O_RDONLY, 0));
  }

  @Test
  void openInRoot_absoluteSymlink_staysBelowRoot() throws Exception {
    Files.writeString(Files.createDirectory(directory.resolve("etc")).resolve("file"), "inside");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/file"));

    try (Descriptor file = Libc.openInRoot(directory.toString(), "/link", Libc.O_RDONLY)) {
      byte[] content = new byte[6];
      assertEquals(6, Libc.read("read", file, content));
      assertEquals("inside", new String(content));
    }
  }

  @Test
  void openInRoot_dotsAboveRoot_stayBelowRoot() {
    assertTrue(
        assertThrows(
                ErrnoException.class,
                () -> Libc.openInRoot(directory.toString(), "/../../../etc/passwd", Libc.O_RDONLY))
            .is(Errno.ENOENT));
  }

  @Test
  void fileSystemMagic_ofProc_isKnown() {
    try (Descriptor proc = Libc.open("/proc", Libc.O_PATH, 0)) {
      assertEquals(0x9fa0, Libc.fileSystemMagic(proc));
    }
  }

  @Test
  void descriptor_usedAfterClose_isRefused() {
    Descriptor file = Libc.open("/dev/null", Libc.O_RDONLY, 0);
    file.close();
    file.close();

    assertThrows(IllegalStateException.class, file::fd);
  }
}
