package io.myriapod.ipam.lease;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the index of one directory true: events are read at the start of every operation, after the
 * lock is taken, so that whatever another process did under the same lock is known. Lost events and
 * a directory that was deleted and made again lead to a scan. Used by the holder of the lock only.
 */
final class IndexKeeper {
  private final Path directory;
  private final DirectoryWatch.Source watches;
  private LeaseIndex index = new LeaseIndex();
  private Optional<DirectoryWatch> watch = Optional.empty();
  private Object identity = "";

  IndexKeeper(Path directory, DirectoryWatch.Source watches) {
    this.directory = directory;
    this.watches = watches;
  }

  LeaseIndex index() {
    return index;
  }

  /** Brings the index up to date by the events; by a scan where these do not tell everything. */
  void refresh() throws IOException {
    if (watch.isEmpty() || !identity(directory).equals(identity)) {
      begin();
      return;
    }
    DirectoryWatch.Changes changes = watch.get().drain();
    if (changes.incomplete()) {
      begin();
      return;
    }
    for (String name : changes.names()) {
      reread(name);
    }
  }

  /** Watches first and scans then, so that nothing falls in between. */
  private void begin() throws IOException {
    forget();
    watch = watches.watch(directory);
    identity = identity(directory);
    rescan();
  }

  /** Drops index and watch: nothing is leased, or the directory is gone. */
  void forget() {
    watch.ifPresent(DirectoryWatch::close);
    watch = Optional.empty();
    index = new LeaseIndex();
  }

  /** Compares the index with the directory file by file; reads only files that look different. */
  void rescan() throws IOException {
    Set<String> present = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (LeaseFile.addressOf(name).isPresent()) {
          present.add(name);
          rereadIfChanged(entry, name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<String> gone = new ArrayList<>();
    index.all().stream()
        .map(LeaseFile::name)
        .filter(name -> !present.contains(name))
        .forEach(gone::add);
    gone.forEach(index::remove);
  }

  private void rereadIfChanged(Path entry, String name) throws IOException {
    Optional<LeaseFile> known = index.find(name);
    if (known.isPresent()) {
      try {
        if (known
            .get()
            .unchanged(Files.readAttributes(entry, BasicFileAttributes.class, NOFOLLOW_LINKS))) {
          return;
        }
      } catch (NoSuchFileException e) {
        // read below, which finds nothing
      }
    }
    reread(name);
  }

  /** Takes one file as it is now into the index; ignores the lock and whatever is no lease. */
  void reread(String name) throws IOException {
    Optional<InetAddress> address = LeaseFile.addressOf(name);
    if (address.isEmpty()) {
      return;
    }
    LeaseFile.read(directory, name, address.get())
        .ifPresentOrElse(index::put, () -> index.remove(name));
  }

  /** Device and inode. */
  static Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}
