package io.myriapod.linux.sys;

import java.nio.file.Path;

/** The kernel's random name for the time since the machine started. random(4) */
public final class BootId {
  private static final String FILE = "proc/sys/kernel/random/boot_id";

  private BootId() {}

  /** The boot id of the machine, 36 characters. */
  public static String read() {
    return read(Path.of("/"));
  }

  /** The boot id as a tree with a {@code proc} in it has it. */
  public static String read(Path root) {
    return KernelFile.read(root.resolve(FILE)).strip();
  }
}
