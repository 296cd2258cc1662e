package io.myriapod.linux.sys;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kernel's devices as files below {@code /sys}. {@code /sys/class/net} shows the namespace in
 * which it was mounted, not the caller's: links are better asked for by netlink.
 */
public final class Sysfs {
  private final Path root;

  /**
   * @param root the directory that stands for {@code /sys}
   */
  public Sysfs(Path root) {
    this.root = root;
  }

  /**
   * A file's content without white space around it; empty if there is no such file, or if its
   * device goes while it is being read.
   */
  public Optional<String> read(String path) {
    try {
      return Optional.of(KernelFile.read(file(path)).strip());
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes a value by one write(2). */
  public void write(String path, String value) {
    KernelFile.write(file(path), value);
  }

  /** The last part of what a symbolic link points to: a driver's or a device's name. */
  public Optional<String> linkTarget(String path) {
    try {
      Path target = Files.readSymbolicLink(file(path)).getFileName();
      return Optional.ofNullable(target).map(Path::toString);
    } catch (NoSuchFileException | NotLinkException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("read link \"" + path + "\" of sysfs: " + e.getMessage(), e);
    }
  }

  /** The names in a directory, sorted; empty if there is none. */
  public List<String> list(String path) {
    try (Stream<Path> entries = Files.list(file(path))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("list \"" + path + "\" of sysfs: " + e.getMessage(), e);
    }
  }

  public boolean exists(String path) {
    return Files.exists(file(path));
  }

  private Path file(String path) {
    Path file = root.resolve(path).normalize();
    if (!file.startsWith(root.normalize())) {
      throw new IllegalArgumentException("sysfs path \"%s\": leads out of /sys".formatted(path));
    }
    return file;
  }
}
