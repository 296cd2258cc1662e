package io.myriapod.cni.config;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A directory of network configurations, such as {@code /etc/cni/net.d}: {@code *.conflist}, and
 * {@code *.conf} or {@code *.json} of single plugins, in the order of their names. A file that
 * cannot be read is reported and stands in nobody's way.
 */
public final class ConfDirectory {
  private static final int MAX_FILES = 1024;

  private final Path directory;

  /** The directory need not exist. */
  public ConfDirectory(Path directory) {
    this.directory = directory;
  }

  /** A network and the file that it came from. */
  public record Found(Path file, NetworkList list) {}

  /** A file that could not be read, and why. */
  public record Problem(Path file, CniException error) {}

  /**
   * What is in the directory.
   *
   * @param found in the order of file names; names of networks may come twice
   */
  public record Contents(List<Found> found, List<Problem> problems) {
    /** Copies the lists. */
    public Contents {
      found = List.copyOf(found);
      problems = List.copyOf(problems);
    }

    /** The first network of that name. */
    public Optional<NetworkList> named(String name) {
      return found.stream().map(Found::list).filter(list -> list.name().equals(name)).findFirst();
    }

    /** The first network: the runtime's default. */
    public Optional<NetworkList> first() {
      return found.stream().map(Found::list).findFirst();
    }
  }

  /**
   * Reads every file.
   *
   * @throws CniException 5 if the directory is there and cannot be listed
   */
  public Contents read() {
    List<Found> found = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Path file : files(directory, List.of(".conflist", ".conf", ".json"))) {
      try {
        found.add(new Found(file, load(file)));
      } catch (CniException e) {
        problems.add(new Problem(file, e));
      }
    }
    return new Contents(found, problems);
  }

  /** The first network of that name. */
  public Optional<NetworkList> find(String name) {
    return read().named(name);
  }

  /**
   * Reads one file. To a {@code .conflist} belong the plugins in {@code NAME/*.conf} beside it,
   * unless it says {@code loadOnlyInlinedPlugins}.
   *
   * @throws CniException 5 if it cannot be read, else as {@link NetworkList#parseAny}
   */
  public static NetworkList load(Path file) {
    try {
      byte[] bytes = bytes(file);
      if (!file.getFileName().toString().endsWith(".conflist")) {
        return NetworkList.parseAny(bytes, Optional.empty());
      }
      return withSubdirectory(file, NetworkList.parse(bytes));
    } catch (CniException e) {
      throw e.during(file.toString());
    }
  }

  private static NetworkList withSubdirectory(Path file, NetworkList list) {
    List<NetworkConfig> more = new ArrayList<>();
    if (!list.loadOnlyInlinedPlugins()) {
      for (Path each : files(file.resolveSibling(list.name()), List.of(".conf"))) {
        NetworkConfig plugin = NetworkConfig.parse(bytes(each));
        NetworkNames.requireType(plugin.root().string("type").orElse(""), each.toString());
        more.add(plugin);
      }
    }
    int plugins = list.plugins().size() + more.size();
    if (plugins == 0 || plugins > NetworkList.MAX_PLUGINS) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          plugins == 0
              ? "no plugin configs found"
              : "%d plugins: at most %d are run".formatted(plugins, NetworkList.MAX_PLUGINS),
          "a network has its \"plugins\" inlined or in files of the directory of its name");
    }
    return list.withAppended(more);
  }

  private static List<Path> files(Path directory, List<String> extensions) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (hasExtension(entry, extensions) && Files.isRegularFile(entry)) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      throw io("list " + directory, e);
    }
    if (files.size() > MAX_FILES) {
      throw new CniException(
          ErrorCode.IO,
          "%s has %d configuration files: at most %d are read"
              .formatted(directory, files.size(), MAX_FILES),
          "remove files that are not needed");
    }
    return files.stream().sorted().toList();
  }

  private static boolean hasExtension(Path file, List<String> extensions) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && extensions.contains(name.substring(dot));
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Json.MAX_BYTES + 1); // one more than the parser takes
    } catch (IOException e) {
      throw io("read " + file, e);
    }
  }

  private static CniException io(String attempt, Exception cause) {
    return new CniException(
        ErrorCode.IO,
        "%s: %s".formatted(attempt, cause.getMessage()),
        "check that the path exists and may be read",
        cause);
  }
}
