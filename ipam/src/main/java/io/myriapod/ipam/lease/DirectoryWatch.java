package io.myriapod.ipam.lease;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What happened to the files of one directory since it was asked last. inotify(7). */
interface DirectoryWatch extends AutoCloseable {
  /**
   * Everything that has happened until now, without waiting.
   *
   * @param names files that were made, written, moved or deleted; in no order
   * @param incomplete some events were lost, or the directory itself is gone: only a scan tells
   */
  record Changes(Set<String> names, boolean incomplete) {
    public Changes {
      names = Set.copyOf(names);
    }
  }

  Changes drain();

  @Override
  void close();

  /** Starts watches. */
  @FunctionalInterface
  interface Source {
    /** Empty if the kernel grants none (no instances left): then each operation scans. */
    Optional<DirectoryWatch> watch(Path directory);
  }
}
