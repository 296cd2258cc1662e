package io.myriapod.ipam.lease;

import io.myriapod.cni.plugin.Deadline;
import io.myriapod.linux.inotify.Inotify;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.lock.FileLock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's lock and watch behind the ports of this package. */
final class KernelPorts {
  private static final Logger LOG = LoggerFactory.getLogger(KernelPorts.class);

  private KernelPorts() {}

  /** flock(2). */
  static DirectoryLock lock() {
    return (file, deadline) -> {
      try {
        Optional<FileLock> lock = FileLock.tryExclusive(file);
        FileLock held = lock.isPresent() ? lock.get() : queued(file, deadline);
        return held::close;
      } catch (ErrnoException e) {
        throw e.is(Errno.ENOENT)
            ? new NoSuchFileException(file.toString())
            : new IOException(e.getMessage(), e);
      }
    };
  }

  /**
   * Stands in the kernel's own queue, so that others who ask again and again are not served first.
   * flock(2) cannot be given up: the thread that waits lives on until it has the lock, and then
   * gives it back at once if nobody wants it any more.
   */
  private static FileLock queued(Path file, Deadline deadline) {
    CompletableFuture<FileLock> taken = new CompletableFuture<>();
    Thread waiter = new Thread(() -> await(file, taken), "lease-lock-wait");
    waiter.setDaemon(true);
    waiter.start();
    try {
      return taken.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (TimeoutException | InterruptedException e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (taken.cancel(false)) {
        throw LeaseErrors.busy(file);
      }
      return taken.join();
    }
  }

  private static void await(Path file, CompletableFuture<FileLock> taken) {
    try {
      FileLock lock = FileLock.exclusive(file);
      if (!taken.complete(lock)) {
        lock.close();
      }
    } catch (RuntimeException e) {
      taken.completeExceptionally(e);
    }
  }

  /** inotify(7), one instance per directory. */
  static DirectoryWatch.Source watches() {
    return directory -> {
      try {
        return Optional.of(watch(directory));
      } catch (ErrnoException e) {
        LOG.warn("{}; every operation on {} scans it", e.getMessage(), directory);
        return Optional.empty();
      }
    };
  }

  private static DirectoryWatch watch(Path directory) {
    Inotify inotify = Inotify.open();
    try {
      inotify.watch(directory, Inotify.ENTRIES);
      return new KernelWatch(inotify);
    } catch (RuntimeException e) {
      inotify.close();
      throw e;
    }
  }

  private record KernelWatch(Inotify inotify) implements DirectoryWatch {
    @Override
    public Changes drain() {
      Inotify.Changes changes = inotify.drain();
      return new Changes(
          changes.events().stream().map(Inotify.Event::name).collect(Collectors.toSet()),
          changes.lost());
    }

    @Override
    public void close() {
      inotify.close();
    }
  }
}
