package io.myriapod.linux.sys;

import java.nio.file.Path;
import java.time.Instant;

/** When the machine was started, by its clock of today. proc_stat(5), {@code btime}. */
public final class BootTime {
  private static final String KEY = "btime ";

  private BootTime() {}

  /** To the second. */
  public static Instant read() {
    return read(Path.of("/"));
  }

  /**
   * As a tree with a {@code proc} in it has it.
   *
   * @throws IllegalStateException if the file does not say
   */
  public static Instant read(Path root) {
    return KernelFile.read(root.resolve("proc/stat"))
        .lines()
        .filter(line -> line.matches(KEY + "[0-9]{1,18}"))
        .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(KEY.length()))))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("read proc/stat: it has no btime"));
  }
}
