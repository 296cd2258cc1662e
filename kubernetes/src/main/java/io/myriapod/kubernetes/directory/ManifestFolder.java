package io.myriapod.kubernetes.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The manifests of one folder, true at each look: files whose time, size or inode changed are read
 * anew. A file that cannot be read or parsed keeps the objects it had; each bad version is told
 * once.
 *
 * <p>A file that is being written in place is left alone until it has been quiet for a moment, so
 * that no half of it is taken for the whole; renaming a finished file into the folder is surest.
 */
final class ManifestFolder {
  static final int MAX_FILES = 10_000;

  /** Longer than a pause inside one write, shorter than what a person notices. */
  private static final Duration QUIET = Duration.ofMillis(20);

  /** Timestamps may be this coarse: a second change within it need not show in them. */
  private static final Duration TIMESTAMP_STEP = Duration.ofMillis(50);

  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final Path folder;
  private final BiConsumer<Path, String> badFile;
  private final Map<Path, Loaded> loaded = new TreeMap<>();
  private Manifests current = Manifests.NONE;

  /** One file as it was taken; {@code bad} marks a version that kept its forerunner's objects. */
  private record Loaded(FileVersion version, Manifests objects, boolean settled, boolean bad) {}

  ManifestFolder(Path folder, BiConsumer<Path, String> badFile) {
    this.folder = folder;
    this.badFile = badFile;
  }

  /**
   * What the folder says now. A folder that does not exist says nothing.
   *
   * @throws IOException if it cannot be listed
   */
  synchronized Manifests read() throws IOException {
    Map<Path, FileVersion> found = quietVersions();
    boolean changed = loaded.keySet().retainAll(found.keySet());
    for (Map.Entry<Path, FileVersion> file : found.entrySet()) {
      Loaded known = loaded.get(file.getKey());
      if (known != null && file.getValue().isYoungerThan(QUIET, Instant.now())) {
        continue; // still being written after the longest wait: what it said before holds
      }
      if (known == null || !known.settled || !known.version.equals(file.getValue())) {
        loaded.put(file.getKey(), load(file.getKey(), file.getValue(), Optional.ofNullable(known)));
        changed = true;
      }
    }
    if (changed) {
      current = Manifests.merged(loaded.values().stream().map(Loaded::objects).toList());
    }
    return current;
  }

  private Map<Path, FileVersion> quietVersions() throws IOException {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    while (true) {
      Map<Path, FileVersion> found = versions();
      Instant now = Instant.now();
      boolean busy =
          found.entrySet().stream()
              .filter(file -> !isLoaded(file.getKey(), file.getValue()))
              .anyMatch(file -> file.getValue().isYoungerThan(QUIET, now));
      if (!busy || now.isAfter(end)) {
        return found;
      }
      LockSupport.parkNanos(QUIET.toNanos() / 4);
    }
  }

  private boolean isLoaded(Path file, FileVersion version) {
    Loaded known = loaded.get(file);
    return known != null && known.version.equals(version);
  }

  private Map<Path, FileVersion> versions() throws IOException {
    Map<Path, FileVersion> found = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ManifestFolder::named)) {
      for (Path file : files) {
        if (found.size() == MAX_FILES) {
          throw new IOException("more than %d manifests".formatted(MAX_FILES));
        }
        FileVersion.of(file).ifPresent(version -> found.put(file, version));
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return found;
  }

  private static boolean named(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private Loaded load(Path file, FileVersion version, Optional<Loaded> known) {
    boolean settled = !version.isYoungerThan(TIMESTAMP_STEP, Instant.now());
    try {
      boolean json = file.getFileName().toString().endsWith(".json");
      Manifests objects = ManifestObjects.read(ManifestSyntax.documents(bytes(file), json));
      boolean same = version.equals(FileVersion.of(file).orElse(null));
      return new Loaded(version, objects, same && settled, false);
    } catch (IOException | IllegalArgumentException e) {
      boolean told =
          known.filter(Loaded::bad).map(Loaded::version).filter(version::equals).isPresent();
      if (!told) {
        badFile.accept(file, String.valueOf(e.getMessage()));
      }
      Manifests kept = known.map(Loaded::objects).orElse(Manifests.NONE);
      return new Loaded(version, kept, settled && e instanceof IllegalArgumentException, true);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ManifestSyntax.MAX_BYTES + 1);
    }
  }
}
