package io.myriapod.e2e.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the build left the programs under test. */
public final class Product {
  private Product() {}

  /** The top of the project's tree. */
  public static Path top() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("LICENSE")))
        .findFirst()
        .orElseThrow();
  }

  /** What starts the agent. */
  public static Path program() {
    return built("agent/target/dist/bin/myriapod", "make build");
  }

  /** What a container runtime executes. */
  public static Path shim() {
    return built("shim/build/myriapod", "make -C shim");
  }

  private static Path built(String path, String command) {
    Path program = top().resolve(path);
    if (!Files.isExecutable(program)) {
      throw new AssertionError("%s: not there; run `%s`".formatted(program, command));
    }
    return program;
  }
}
