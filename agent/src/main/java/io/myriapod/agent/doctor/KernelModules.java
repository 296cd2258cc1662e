package io.myriapod.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which modules the running kernel has or can load. {@code modules.builtin} and {@code modules.dep}
 * of depmod(8), {@code /sys/module} for what is loaded.
 *
 * @param present loaded or built in
 * @param loadable in files that can be loaded
 */
record KernelModules(Set<String> present, Set<String> loadable) {
  private static final int MOST_BYTES = 4 << 20;

  KernelModules {
    present = Set.copyOf(present);
    loadable = Set.copyOf(loadable);
  }

  /**
   * @param sys stands for {@code /sys}
   * @param libraries stands for {@code /lib/modules/RELEASE}
   */
  static KernelModules read(Path sys, Path libraries) {
    Set<String> present = folders(sys.resolve("module"));
    Set<String> builtin = names(libraries.resolve("modules.builtin"));
    return new KernelModules(
        Stream.concat(present.stream(), builtin.stream()).collect(Collectors.toSet()),
        names(libraries.resolve("modules.dep")));
  }

  boolean has(String module) {
    return present.contains(module);
  }

  boolean canLoad(String module) {
    return loadable.contains(module);
  }

  private static Set<String> folders(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  /**
   * Of lines {@code kernel/drivers/net/macvlan.ko.xz: …}; a dash in a file's name is a line below.
   */
  private static Set<String> names(Path file) {
    try {
      List<String> lines = Files.size(file) > MOST_BYTES ? List.of() : Files.readAllLines(file);
      return lines.stream()
          .map(line -> line.replaceFirst(":.*", "").replaceFirst(".*/", ""))
          .map(name -> name.replaceFirst("\\.ko(\\..*)?$", "").replace('-', '_'))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }
}
