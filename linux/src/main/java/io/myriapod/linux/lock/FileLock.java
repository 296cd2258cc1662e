package io.myriapod.linux.lock;

import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.libc.Libc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * An exclusive flock(2), as the Go plugins take it. {@code java.nio}'s locks are fcntl(2) ones, and
 * the two do not see each other. Held until closed or until the process ends; two of one process
 * exclude each other as well. The file is made if it is not there, and stays.
 */
public final class FileLock implements AutoCloseable {
  private static final int OWNER_ONLY = 0600;
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(5);

  private final Descriptor file;

  private FileLock(Descriptor file) {
    this.file = file;
  }

  /** Takes the lock, waiting for as long as somebody else has it. */
  public static FileLock exclusive(Path path) {
    return lock(path, Libc.LOCK_EX).orElseThrow();
  }

  /** Takes the lock if nobody has it. */
  public static Optional<FileLock> tryExclusive(Path path) {
    return lock(path, Libc.LOCK_EX | Libc.LOCK_NB);
  }

  /**
   * Takes the lock if it becomes free within that time; empty if not. flock(2) knows no time-out,
   * so this asks again and again, at most every 5 ms.
   */
  public static Optional<FileLock> exclusive(Path path, Duration patience) {
    Descriptor file = open(path);
    try {
      if (take(file, "lock \"" + path + "\"", patience)) {
        return Optional.of(new FileLock(file));
      }
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    return Optional.empty();
  }

  /**
   * The same on a file that is open; the lock goes when it is closed.
   *
   * @param call the attempt, for the error text
   * @return whether it was taken
   */
  public static boolean take(Descriptor file, String call, Duration patience) {
    long start = System.nanoTime();
    long pause = 100_000;
    boolean taken = Libc.flock(call, file, Libc.LOCK_EX | Libc.LOCK_NB);
    while (!taken && System.nanoTime() - start < patience.toNanos()) {
      LockSupport.parkNanos(pause);
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE.toNanos());
      taken = Libc.flock(call, file, Libc.LOCK_EX | Libc.LOCK_NB);
    }
    return taken;
  }

  private static Optional<FileLock> lock(Path path, int operation) {
    Descriptor file = open(path);
    try {
      if (Libc.flock("lock \"" + path + "\"", file, operation)) {
        return Optional.of(new FileLock(file));
      }
      file.close();
      return Optional.empty();
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Files can be locked, those on a read-only disk as well; so can directories, which the reference
   * host-local does in old versions.
   */
  private static Descriptor open(Path path) {
    try {
      return Libc.open(path.toString(), Libc.O_RDWR | Libc.O_CREAT, OWNER_ONLY);
    } catch (ErrnoException e) {
      if (e.is(Errno.EISDIR) || e.is(Errno.EROFS)) {
        return Libc.open(path.toString(), Libc.O_RDONLY, 0);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
