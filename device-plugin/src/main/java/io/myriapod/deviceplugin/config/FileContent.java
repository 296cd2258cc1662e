package io.myriapod.deviceplugin.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What a configuration file held at one moment: its bytes, or why they cannot be had. Equal if that
 * is the same.
 */
public final class FileContent {
  /** A ConfigMap has no more, and a node's configuration a few KiB. */
  public static final int MAX_BYTES = 1 << 20;

  private final Path file;
  private final byte[] bytes;
  private final Optional<String> problem;

  private FileContent(Path file, byte[] bytes, Optional<String> problem) {
    this.file = file;
    this.bytes = bytes;
    this.problem = problem;
  }

  /** Reads the file, at most one byte more than {@link #MAX_BYTES}. Throws nothing. */
  public static FileContent read(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return new FileContent(file, new byte[0], Optional.of("is no regular file"));
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        Optional<String> problem =
            bytes.length > MAX_BYTES
                ? Optional.of("has more than %d bytes".formatted(MAX_BYTES))
                : Optional.empty();
        return new FileContent(file, problem.isPresent() ? new byte[0] : bytes, problem);
      }
    } catch (NoSuchFileException e) {
      return new FileContent(file, new byte[0], Optional.of("is not there"));
    } catch (AccessDeniedException e) {
      return new FileContent(file, new byte[0], Optional.of("cannot be read: permission denied"));
    } catch (IOException e) {
      return new FileContent(file, new byte[0], Optional.of("cannot be read: " + e.getMessage()));
    }
  }

  public Path file() {
    return file;
  }

  /** Its bytes; empty if there is a {@link #problem()}. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Why it cannot be read: {@code is not there}; absent if it can. */
  public Optional<String> problem() {
    return problem;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileContent content
        && file.equals(content.file)
        && Arrays.equals(bytes, content.bytes)
        && problem.equals(content.problem);
  }

  @Override
  public int hashCode() {
    return Objects.hash(file, Arrays.hashCode(bytes), problem);
  }

  @Override
  public String toString() {
    return "%s: %s".formatted(file, problem.orElse(bytes.length + " bytes"));
  }
}
