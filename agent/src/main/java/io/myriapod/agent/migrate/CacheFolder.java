package io.myriapod.agent.migrate;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A folder in which somebody else keeps a file for each of many things. */
final class CacheFolder {
  /** Bytes of a file; they are a few thousand. */
  static final int MAX_BYTES = 1 << 20;

  /** Files of a folder: interfaces of all pods of a node, with what was left over in years. */
  private static final int MAX_FILES = 100_000;

  private CacheFolder() {}

  /** One of its files. */
  record One(Path path, byte[] bytes) {
    String name() {
      return path.getFileName().toString();
    }
  }

  /**
   * Its files, by name, without folders. Links are not followed.
   *
   * @param unread told of each that was left
   * @return none if there is no such folder
   */
  static List<One> read(Path folder, Consumer<Unread> unread) {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path path : entries) {
        if (paths.size() == MAX_FILES) {
          unread.accept(new Unread(folder, "has more than %d files".formatted(MAX_FILES)));
          break;
        }
        paths.add(path);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      unread.accept(new Unread(folder, e.toString()));
    }
    List<One> files = new ArrayList<>();
    paths.stream()
        .sorted()
        .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
        .forEach(path -> read(path, files, unread));
    return files;
  }

  private static void read(Path path, List<One> files, Consumer<Unread> unread) {
    try {
      if (!Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
        unread.accept(new Unread(path, "is no regular file"));
        return;
      }
      try (InputStream in = Files.newInputStream(path, NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          unread.accept(new Unread(path, "has more than %d bytes".formatted(MAX_BYTES)));
        } else {
          files.add(new One(path, bytes));
        }
      }
    } catch (IOException e) {
      unread.accept(new Unread(path, e.toString()));
    }
  }
}
