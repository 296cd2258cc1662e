package io.myriapod.ipam.lease;

import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The leases of one network: {@code <dataDir>/<network>/}, in the format of the reference's
 * host-local, which may work in the same directory at the same time. A file per address, made with
 * O_EXCL, is the only truth; what is in memory saves reading them all. One operation at a time: in
 * this process by a lock in memory, among processes by flock(2).
 */
public final class LeaseDirectory {
  private static final String LOCK = "lock";
  private static final int TRIES = 8;

  private final Path path;
  private final DirectoryLock locking;
  private final IndexKeeper keeper;
  private final Clock clock;
  private final ReentrantLock turn = new ReentrantLock(true);

  LeaseDirectory(Path path, DirectoryLock locking, DirectoryWatch.Source watches, Clock clock) {
    this.path = path;
    this.locking = locking;
    this.keeper = new IndexKeeper(path, watches);
    this.clock = clock;
  }

  /** Makes the directory if need be, waits for its lock and brings the index up to date. */
  public HeldLeases hold(Deadline deadline) {
    return held(deadline, true).orElseThrow();
  }

  /** As {@link #hold}, but makes nothing: empty if there is no directory. */
  public Optional<HeldLeases> holdIfPresent(Deadline deadline) {
    return held(deadline, false);
  }

  /** Gives the watch back to the kernel if nothing is leased here and nobody is at work. */
  void rest() {
    if (turn.tryLock()) {
      try {
        if (keeper.index().all().isEmpty()) {
          keeper.forget();
        }
      } finally {
        turn.unlock();
      }
    }
  }

  private Optional<HeldLeases> held(Deadline deadline, boolean create) {
    takeTurn(deadline);
    boolean handedOver = false;
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        if (!create && !Files.isDirectory(path)) {
          keeper.forget();
          return Optional.empty();
        }
        Optional<DirectoryLock.Hold> hold = lock(deadline);
        if (hold.isPresent()) {
          HeldLeases leases = opened(hold.get());
          handedOver = true;
          return Optional.of(leases);
        }
      }
      throw new IOException("the directory is deleted again and again");
    } catch (IOException e) {
      throw LeaseErrors.io("open lease directory %s".formatted(path), e);
    } finally {
      if (!handedOver) {
        turn.unlock();
      }
    }
  }

  private HeldLeases opened(DirectoryLock.Hold hold) throws IOException {
    try {
      keeper.refresh();
      return new HeldLeases(path, keeper, clock, () -> release(hold));
    } catch (IOException | RuntimeException e) {
      hold.close();
      throw e;
    }
  }

  /** Empty if the directory was deleted between making it and locking in it. */
  private Optional<DirectoryLock.Hold> lock(Deadline deadline) throws IOException {
    Path file = path.resolve(LOCK);
    Files.createDirectories(path, mode("rwxr-xr-x"));
    try {
      Object before = makeLock(file);
      DirectoryLock.Hold hold = locking.take(file, deadline);
      // a lock on a file that is not the one with that name (any more) excludes nobody
      if (Files.exists(file) && IndexKeeper.identity(file).equals(before)) {
        return Optional.of(hold);
      }
      hold.close();
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The mode is the reference's; the lock's holder is whoever has the flock, not who made it. */
  private static Object makeLock(Path file) throws IOException {
    try {
      Files.createFile(file, mode("rwxr-x---"));
    } catch (FileAlreadyExistsException e) {
      LeaseWriter.requirePlain(file); // there already: the usual case
    }
    return IndexKeeper.identity(file);
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private void release(DirectoryLock.Hold hold) {
    try {
      hold.close();
    } finally {
      turn.unlock();
    }
  }

  private void takeTurn(Deadline deadline) {
    try {
      if (!turn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw LeaseErrors.busy(path.resolve(LOCK));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LeaseErrors.busy(path.resolve(LOCK));
    }
  }
}
