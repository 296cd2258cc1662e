package io.myriapod.agent.shim;

import java.nio.file.Files;
import java.nio.file.Path;

/** The shim under test: {@code -Dmyriapod.shim=...}, or what {@code make -C shim} built. */
public final class ShimBinary {
  private ShimBinary() {}

  /** Its path; missing is a failure, since a skipped shim would be an untested one. */
  public static Path path() {
    Path binary =
        Path.of(System.getProperty("myriapod.shim", "../shim/build/myriapod")).toAbsolutePath();
    if (!Files.isExecutable(binary)) {
      throw new AssertionError(
          "no shim at %s: run `make -C shim`, or set -Dmyriapod.shim".formatted(binary));
    }
    return binary.normalize();
  }
}
