package io.myriapod.agent.inspection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a folder and of those below it that may hold something to be read. */
public final class ConfigFiles {
  private static final List<String> MANIFESTS = List.of(".yaml", ".yml", ".json");
  private static final List<String> NODE = List.of(".conf", ".conflist");
  private static final int MAX_DEPTH = 8;
  private static final int MAX_FILES = 10_000;

  private ConfigFiles() {}

  /**
   * The file itself, or the folder's manifests and configurations of nodes in the order of their
   * paths. Hidden ones are left out.
   *
   * @throws IOException if there is no such path, it cannot be listed, or holds too many files
   */
  public static List<Path> at(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> tree = Files.walk(path, MAX_DEPTH, new FileVisitOption[0])) {
      List<Path> files =
          tree.filter(file -> isWanted(path.relativize(file)) && Files.isRegularFile(file))
              .limit(MAX_FILES + 1L)
              .sorted()
              .toList();
      if (files.size() > MAX_FILES) {
        throw new IOException("%s: more than %d files".formatted(path, MAX_FILES));
      }
      return files;
    }
  }

  private static boolean isWanted(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return isManifest(file) || isNodeConfig(file);
  }

  /** Whether the name is one of a manifest; it may yet be something else. */
  public static boolean isManifest(Path file) {
    return MANIFESTS.stream().anyMatch(file.toString()::endsWith);
  }

  static boolean isNodeConfig(Path file) {
    return NODE.stream().anyMatch(file.toString()::endsWith);
  }

  /** At most one byte more than is read of any manifest. */
  public static byte[] bytes(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most + 1);
    }
  }
}
