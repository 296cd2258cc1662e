package io.myriapod.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The top of the project's tree, looked for upwards from where the test runs. */
final class Top {
  private Top() {}

  static Path find() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("LICENSE")))
        .findFirst()
        .orElseThrow();
  }
}
