package io.myriapod.agent.doctor;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.linux.sys.KernelRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where a node keeps what is looked at.
 *
 * @param paths of the agent; folders of the node are below its root
 * @param sys stands for {@code /sys}
 * @param release of the running kernel, as {@code uname -r} says it
 * @param searchPath where programs are looked for
 */
public record NodeFacts(AgentPaths paths, Path sys, String release, List<Path> searchPath) {
  private static final List<String> CONFIGURATIONS = List.of(".conf", ".conflist", ".json");

  public NodeFacts {
    searchPath = List.copyOf(searchPath);
  }

  /** Of this machine. */
  public static NodeFacts here(AgentPaths paths) {
    try {
      return new NodeFacts(
          paths,
          Path.of("/sys"),
          Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
          Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
              .filter(one -> !one.isEmpty())
              .map(Path::of)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KernelRelease kernel() {
    return KernelRelease.parse(release);
  }

  KernelModules modules() {
    return KernelModules.read(sys, paths.root().resolve("lib/modules").resolve(release));
  }

  boolean hasProgram(String name) {
    return Stream.concat(searchPath.stream(), Stream.of(Path.of("/usr/sbin"), Path.of("/sbin")))
        .anyMatch(folder -> Files.isExecutable(folder.resolve(name)));
  }

  Path configurations() {
    return paths.root().resolve("etc/cni/net.d");
  }

  Path shim() {
    return paths.root().resolve("opt/cni/bin/myriapod");
  }

  /** As the runtime reads them: by name, the first one counts. */
  List<Path> networkConfigurations() throws IOException {
    try (Stream<Path> files = Files.list(configurations())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> CONFIGURATIONS.stream().anyMatch(lower(file)::endsWith))
          .sorted()
          .toList();
    }
  }

  private static String lower(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }
}
