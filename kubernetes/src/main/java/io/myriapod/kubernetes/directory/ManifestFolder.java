package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The manifests of one folder, true at each look: files whose time, size or inode changed are read
 * anew. A file that cannot be read or parsed, or is empty, keeps the objects it had; each bad
 * version is told once.
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
    Instant end = Instant.now().plus(LONGEST_WAIT);
    boolean whole;
    do {
      whole = take(quietVersions(end));
    } while (!whole && Instant.now().isBefore(end));
    return current;
  }

  /** Waits until no file that would have to be read is being written. */
  private Map<Path, FileVersion> quietVersions(Instant end) throws IOException {
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

  /** Whether every file could be taken whole; one that changes meanwhile stays as it was. */
  private boolean take(Map<Path, FileVersion> found) {
    boolean changed = loaded.keySet().retainAll(found.keySet());
    boolean whole = true;
    for (Map.Entry<Path, FileVersion> file : found.entrySet()) {
      Optional<Loaded> known = Optional.ofNullable(loaded.get(file.getKey()));
      if (known.filter(k -> k.settled && k.version.equals(file.getValue())).isEmpty()) {
        Optional<Loaded> fresh = load(file.getKey(), file.getValue(), known);
        fresh.ifPresent(one -> loaded.put(file.getKey(), one));
        changed |= fresh.isPresent();
        whole &= fresh.isPresent();
      }
    }
    if (changed) {
      current = Manifests.merged(loaded.values().stream().map(Loaded::objects).toList());
    }
    return whole;
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
    for (Path file : loaded.keySet()) {
      if (!found.containsKey(file)) { // readdir(3) may miss a name that is just being replaced
        FileVersion.of(file).ifPresent(version -> found.put(file, version));
      }
    }
    return found;
  }

  private static boolean named(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  /** Empty if the file was written while it was read, or a moment before and had a forerunner. */
  private Optional<Loaded> load(Path file, FileVersion version, Optional<Loaded> known) {
    boolean settled = !version.isYoungerThan(TIMESTAMP_STEP, Instant.now());
    try {
      byte[] bytes = bytes(file);
      boolean same = FileVersion.of(file).filter(version::equals).isPresent();
      boolean busy = !isLoaded(file, version) && version.isYoungerThan(QUIET, Instant.now());
      if (!same || busy && known.isPresent()) { // the first version has nothing to fall back on
        return Optional.empty();
      }
      Manifests before = known.map(Loaded::objects).orElse(Manifests.NONE);
      return Optional.of(new Loaded(version, parse(file, bytes, before), settled, false));
    } catch (IOException | IllegalArgumentException e) {
      if (known.filter(k -> k.bad && k.version.equals(version)).isEmpty()) {
        badFile.accept(file, String.valueOf(e.getMessage()));
      }
      Manifests kept = known.map(Loaded::objects).orElse(Manifests.NONE);
      boolean unchanging = e instanceof IllegalArgumentException;
      return Optional.of(new Loaded(version, kept, settled && unchanging, true));
    }
  }

  /** A file that had objects and says nothing at all was just truncated by its writer. */
  private static Manifests parse(Path file, byte[] bytes, Manifests before) {
    boolean json = file.getFileName().toString().endsWith(".json");
    List<JsonNode> documents = ManifestSyntax.documents(bytes, json);
    if (documents.isEmpty() && !before.equals(Manifests.NONE)) {
      throw new IllegalArgumentException("it is empty: delete the file to remove its objects");
    }
    return ManifestObjects.read(documents);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ManifestSyntax.MAX_BYTES + 1);
    }
  }
}
