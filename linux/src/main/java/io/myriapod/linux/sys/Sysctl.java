package io.myriapod.linux.sys;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Kernel settings below {@code /proc/sys}. Keys are paths with slashes, {@code
 * net/ipv4/conf/net1.100/arp_notify}, since names of links may have dots. Those under {@code net}
 * belong to the namespace of the task that opens the file, which is what {@code within} is for.
 *
 * <p>All methods throw {@link ErrnoException}: EINVAL for a value that the kernel does not like,
 * EROFS where {@code /proc/sys} is mounted read-only.
 */
public final class Sysctl {
  /** Runs file accesses where they shall be seen from. */
  @FunctionalInterface
  public interface Place {
    <T> T run(Supplier<T> access);
  }

  private final Path root;
  private final Place within;

  /**
   * @param root the directory that stands for {@code /proc/sys}
   */
  public Sysctl(Path root, Place within) {
    this.root = root;
    this.within = within;
  }

  /** The settings as the calling thread sees them. */
  public static Sysctl here(Path root) {
    return new Sysctl(
        root,
        new Place() {
          @Override
          public <T> T run(Supplier<T> access) {
            return access.get();
          }
        });
  }

  /** The key of a link's setting: family {@code ipv4} or {@code ipv6}. */
  public static String ofLink(String family, String link, String setting) {
    return "net/" + family + "/conf/" + link + "/" + setting;
  }

  /** The value without its final line break; empty if there is no such setting. */
  public Optional<String> read(String key) {
    Path file = file(key);
    return within.run(() -> readFile(file));
  }

  /** Sets one. */
  public void write(String key, String value) {
    writeAll(Map.of(key, value));
  }

  /** Sets several in the map's order, in one visit; stops at the first that is refused. */
  public void writeAll(Map<String, String> values) {
    Map<Path, String> files = new LinkedHashMap<>();
    values.forEach((key, value) -> files.put(file(key), value));
    within.run(
        () -> {
          files.forEach(KernelFile::write);
          return Optional.empty();
        });
  }

  /**
   * Sets several in the map's order, in one visit, leaving out those that are not there or have the
   * value already.
   *
   * @return the former values of those that were changed, by key, in order
   */
  public Map<String, String> changeAll(Map<String, String> values) {
    Map<String, Path> files = new LinkedHashMap<>();
    values.keySet().forEach(key -> files.put(key, file(key)));
    return within.run(
        () -> {
          Map<String, String> former = new LinkedHashMap<>();
          files.forEach(
              (key, file) -> change(file, values.get(key)).ifPresent(v -> former.put(key, v)));
          return former;
        });
  }

  private static Optional<String> change(Path file, String value) {
    Optional<String> former = readFile(file).filter(now -> !now.equals(value));
    former.ifPresent(now -> KernelFile.write(file, value));
    return former;
  }

  private static Optional<String> readFile(Path file) {
    try {
      return Optional.of(KernelFile.read(file).stripTrailing());
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Path file(String key) {
    Path file = root.resolve(key).normalize();
    if (key.startsWith("/") || !file.equals(root.resolve(key)) || file.equals(root)) {
      throw new IllegalArgumentException(
          "sysctl \"%s\": want a path below /proc/sys such as \"net/ipv4/ip_forward\""
              .formatted(key));
    }
    return file;
  }
}
