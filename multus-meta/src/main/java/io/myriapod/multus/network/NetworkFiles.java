package io.myriapod.multus.network;

import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.NetworkList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Networks in files of the node. */
final class NetworkFiles {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkFiles.class);

  private NetworkFiles() {}

  /**
   * The network of that name in a directory: a list before a single plugin (NPWG 1.3, section
   * 3.4.1), else the first. A file that cannot be read does not hide the others.
   */
  static Optional<NetworkList> named(Path directory, String name) {
    List<NetworkList> lists =
        read(directory).found().stream()
            .map(ConfDirectory.Found::list)
            .filter(list -> list.name().equals(name))
            .toList();
    return lists.stream().filter(NetworkList::isList).findFirst().or(() -> first(lists));
  }

  /** The network of a file, or the first one of a directory; empty if there is no such path. */
  static Optional<NetworkList> at(Path path) {
    if (Files.isDirectory(path)) {
      return read(path).first();
    }
    return Files.exists(path) ? Optional.of(ConfDirectory.load(path)) : Optional.empty();
  }

  private static ConfDirectory.Contents read(Path directory) {
    ConfDirectory.Contents contents = new ConfDirectory(directory).read();
    contents
        .problems()
        .forEach(problem -> LOG.warn("network file passed over: {}", problem.error().getMessage()));
    return contents;
  }

  private static Optional<NetworkList> first(List<NetworkList> lists) {
    return lists.stream().findFirst();
  }
}
