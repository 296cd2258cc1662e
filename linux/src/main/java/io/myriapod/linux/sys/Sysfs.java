package io.myriapod.linux.sys;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
    this.root = root.normalize();
  }

  /**
   * A file's content without white space around it; empty if there is no such file, or if its
   * device goes while it is being read.
   */
  public Optional<String> read(String path) {
    try {
      return Optional.of(KernelFile.readAttribute(file(path)).strip());
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * As {@link #read}, and empty as well if the driver does not tell: reading then ends with
   * whatever errno it likes, EOPNOTSUPP or EINVAL for example.
   */
  public Optional<String> answer(String path) {
    try {
      return read(path);
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  /** A file's {@link #answer} as a number: of at most 18 decimal digits, or none. */
  public Optional<Long> number(String path) {
    return answer(path).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
  }

  /** Writes a value by one write(2). */
  public void write(String path, String value) {
    KernelFile.write(file(path), value);
  }

  /**
   * The last part of what a symbolic link points to, a driver's or a device's name; empty if there
   * is no such link.
   */
  public Optional<String> linkTarget(String path) {
    try {
      Path target = Files.readSymbolicLink(file(path)).getFileName();
      return Optional.ofNullable(target).map(Path::toString);
    } catch (NoSuchFileException | NotLinkException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (isGone(path)) {
        return Optional.empty();
      }
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
      if (isGone(path)) {
        return List.of();
      }
      throw new UncheckedIOException("list \"" + path + "\" of sysfs: " + e.getMessage(), e);
    }
  }

  public boolean exists(String path) {
    return Files.exists(file(path));
  }

  /** Where java.nio has no exception of its own for the errno: ENOTDIR, ENODEV. */
  private boolean isGone(String path) {
    return !Files.exists(file(path), LinkOption.NOFOLLOW_LINKS);
  }

  private Path file(String path) {
    Path file = root.resolve(path);
    if (!path.contains("..") && !path.startsWith("/")) {
      return file;
    }
    Path meant = file.normalize();
    if (!meant.startsWith(root)) {
      throw new IllegalArgumentException("sysfs path \"%s\": leads out of /sys".formatted(path));
    }
    return meant;
  }
}
