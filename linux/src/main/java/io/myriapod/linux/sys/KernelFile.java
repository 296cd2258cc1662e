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

  private KernelFile() {}

  static String read(Path file) {
    String call = "read \"" + file + "\"";
    try (Descriptor open = Libc.open(file.toString(), Libc.O_RDONLY, 0)) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE];
      for (int n = Libc.read(call, open, piece); n > 0; n = Libc.read(call, open, piece)) {
        content.write(piece, 0, n);
      }
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
