package io.myriapod.linux.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a lock is held, not used
class FileLockTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("lock");
  }

  /** util-linux's flock(1) takes flock(2) locks, as the Go plugins do. */
  private boolean othersCanLock() {
    return Command.of("flock", "--nonblock", file().toString(), "true").attempt().ok();
  }

  @Test
  void exclusive_held_isSeenByOtherPrograms() {
    try (FileLock lock = FileLock.exclusive(file())) {
      assertFalse(othersCanLock());
    }
    assertTrue(othersCanLock());
  }

  @Test
  void tryExclusive_heldInThisProcess_isEmpty() {
    try (FileLock lock = FileLock.exclusive(file())) {
      assertEquals(Optional.empty(), FileLock.tryExclusive(file()));
    }
  }

  @Test
  void exclusive_withPatience_givesUpAfterIt() {
    try (FileLock lock = FileLock.exclusive(file())) {
      assertEquals(Optional.empty(), FileLock.exclusive(file(), Duration.ofMillis(3)));
    }
  }

  @Test
  void exclusive_withPatience_takesItOnceItIsFree() {
    FileLock lock = FileLock.exclusive(file());
    CompletableFuture<Optional<FileLock>> waiting =
        CompletableFuture.supplyAsync(() -> FileLock.exclusive(file(), Duration.ofSeconds(20)));
    lock.close();

    Optional<FileLock> taken = waiting.join();

    assertTrue(taken.isPresent());
    taken.get().close();
  }

  @Test
  void tryExclusive_directory_canBeLockedToo() {
    try (FileLock lock = FileLock.tryExclusive(directory).orElseThrow()) {
      assertEquals(Optional.empty(), FileLock.tryExclusive(directory));
    }
  }
}
