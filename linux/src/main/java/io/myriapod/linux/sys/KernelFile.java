package io.myriapod.linux.sys;

import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.Libc;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Small files of /proc and /sys, read whole and written by one write(2). By system calls and not by
 * java.nio, because the errno matters: EINVAL says that the kernel does not like the value.
 */
final class KernelFile {
  private static final int PIECE = 4096;

  /** The kernel has none as long; a tree that only stands for sysfs may have one without end. */
  private static final int MOST = 1 << 20;

  private KernelFile() {}

  static String read(Path file) {
    return read(file, 1);
  }

  /**
   * An attribute of sysfs, of which each read(2) gives as much as has room: one that gives less was
   * the last. Documentation/filesystems/sysfs.rst
   */
  static String readAttribute(Path file) {
    return read(file, PIECE);
  }

  /**
   * @param enough a read of fewer bytes was the last
   */
  private static String read(Path file, int enough) {
    String call = "read \"" + file + "\"";
    try (Descriptor open = Libc.open(file.toString(), Libc.O_RDONLY, 0)) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE];
      int n;
      do {
        n = Libc.read(call, open, piece);
        content.write(piece, 0, n);
      } while (n >= enough && content.size() < MOST);
      return content.toString(StandardCharsets.UTF_8);
    }
  }

  static void write(Path file, String value) {
    String call = "write \"" + value + "\" to \"" + file + "\"";
    try (Descriptor open = Libc.open(file.toString(), Libc.O_WRONLY | Libc.O_TRUNC, 0)) {
      Libc.write(call, open, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
