package io.myriapod.kubernetes.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What tells one version of a file from the next without reading it. stat(2). */
record FileVersion(FileTime modified, long size, String identity) {

  /** The version that is there now; empty if there is no regular file of that name. */
  static Optional<FileVersion> of(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      FileVersion version =
          new FileVersion(
              attributes.lastModifiedTime(),
              attributes.size(),
              String.valueOf(attributes.fileKey()));
      return Optional.of(version).filter(v -> attributes.isRegularFile());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether it was written less than that long ago; false if the clock was set back since. */
  boolean isYoungerThan(Duration age, Instant now) {
    Duration since = Duration.between(modified.toInstant(), now);
    return !since.isNegative() && since.compareTo(age) < 0;
  }
}
