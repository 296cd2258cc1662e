package io.myriapod.ipam.lease;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.myriapod.types.IpAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One file of a lease directory whose name is an address, as last seen.
 *
 * @param name the file's name
 * @param address what the name says
 * @param text content less surrounding white space and NULs; empty if nobody is named
 * @param readable whether it is a file that could be read; what cannot be read is taken, by nobody
 *     known
 * @param modifiedNanos time of the last write, nanoseconds since the epoch
 * @param size bytes
 */
record LeaseFile(
    String name,
    InetAddress address,
    String text,
    boolean readable,
    long modifiedNanos,
    long size) {
  /** Longest container id (253), the line break and an interface name, doubled. */
  private static final int MAX_CONTENT = 544;

  /** The address that a file of that name would stand for; empty for the lock and all others. */
  static Optional<InetAddress> addressOf(String name) {
    boolean plausible =
        !name.isEmpty()
            && name.length() <= 45
            && name.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0);
    if (!plausible) {
      return Optional.empty();
    }
    try {
      return Optional.of(IpAddresses.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Reads the file; empty if there is none. */
  static Optional<LeaseFile> read(Path directory, String name, InetAddress address)
      throws IOException {
    Path path = directory.resolve(name);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        return Optional.of(new LeaseFile(name, address, "", false, nanos(attributes), 0));
      }
      try (InputStream in = Files.newInputStream(path, NOFOLLOW_LINKS)) {
        String text = new String(in.readNBytes(MAX_CONTENT), StandardCharsets.UTF_8).trim();
        return Optional.of(
            new LeaseFile(name, address, text, true, nanos(attributes), attributes.size()));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether the file still looks as it did when it was read. */
  boolean unchanged(BasicFileAttributes now) {
    return readable && now.isRegularFile() && nanos(now) == modifiedNanos && now.size() == size;
  }

  /**
   * Whether the file names nobody: its writer died (or the machine lost power) between creating and
   * filling it, so that its ADD never returned the address.
   */
  boolean abandoned() {
    return readable && text.isEmpty();
  }

  /** Whether the name is the one under which the address would be created. */
  boolean canonical() {
    return IpAddresses.format(address).equals(name);
  }

  Instant modified() {
    return Instant.ofEpochSecond(
        Math.floorDiv(modifiedNanos, 1_000_000_000L), Math.floorMod(modifiedNanos, 1_000_000_000L));
  }

  private static long nanos(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
  }
}
