package io.myriapod.linux.inotify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InotifyTest {
  /** The limit holds that was set when the instance was opened; others may have changed it. */
  private static final int KERNELS_DEFAULT_LIMIT = 16384;

  @TempDir Path directory;
  private final Inotify inotify = Inotify.open();

  @AfterEach
  void close() {
    inotify.close();
  }

  @Test
  void drain_nothingHappened_isEmptyAtOnce() {
    inotify.watch(directory, Inotify.ENTRIES);

    assertTrue(inotify.drain().isEmpty());
  }

  @Test
  void drain_fileMadeAndDeleted_tellsBothInOrder() throws IOException {
    int watch = inotify.watch(directory, Inotify.CREATED | Inotify.DELETED);
    Files.createFile(directory.resolve("10.1.2.3"));
    Files.delete(directory.resolve("10.1.2.3"));

    assertEquals(
        new Inotify.Changes(
            List.of(
                new Inotify.Event(watch, Inotify.CREATED, "10.1.2.3"),
                new Inotify.Event(watch, Inotify.DELETED, "10.1.2.3")),
            false),
        inotify.drain());
    assertTrue(inotify.drain().isEmpty());
  }

  @Test
  void drain_moreThanOneRead_tellsAll() throws IOException {
    inotify.watch(directory, Inotify.CREATED);
    int files = 400; // events of 224 bytes: more than 64 KiB
    String longName = "n".repeat(200);
    for (int i = 0; i < files; i++) {
      Files.createFile(directory.resolve(longName + i));
    }

    assertEquals(files, inotify.drain().events().size());
  }

  @Test
  void drain_queueOverflowed_saysLost() throws IOException {
    inotify.watch(directory, Inotify.MODIFIED);
    String limit = Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events"));
    int most = Math.max(Integer.parseInt(limit.strip()), KERNELS_DEFAULT_LIMIT);
    Path a = Files.createFile(directory.resolve("a"));
    Path b = Files.createFile(directory.resolve("b"));
    byte[] one = {1};
    for (int i = 0; i <= most / 2; i++) { // by turns, as equal events in a row are merged
      Files.write(a, one);
      Files.write(b, one);
    }

    assertTrue(inotify.drain().lost());
    assertFalse(inotify.drain().lost());
  }

  @Test
  void drain_watchedDirectoryGone_saysLost() throws IOException {
    Path watched = Files.createDirectory(directory.resolve("network"));
    inotify.watch(watched, Inotify.ENTRIES);
    Files.delete(watched);

    assertTrue(inotify.drain().lost());
  }

  @Test
  void await_nothingHappens_isFalse() {
    inotify.watch(directory, Inotify.ENTRIES);

    assertFalse(inotify.await(Duration.ofMillis(1)));
  }

  @Test
  void await_somethingHappened_isTrueAtOnce() throws IOException {
    inotify.watch(directory, Inotify.ENTRIES);
    Files.createFile(directory.resolve("x"));

    assertTrue(inotify.await(Duration.ofSeconds(20)));
  }
}
