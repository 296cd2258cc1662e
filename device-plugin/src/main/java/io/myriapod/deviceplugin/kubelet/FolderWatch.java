package io.myriapod.deviceplugin.kubelet;

import io.myriapod.linux.inotify.Inotify;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until names come or go in some folders, which may come and go themselves. Where the kernel
 * has no inotify left to give, it waits for the whole time instead. For one thread.
 */
final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
  private static final int NAMES =
      Inotify.CREATED | Inotify.DELETED | Inotify.MOVED_FROM | Inotify.MOVED_TO;

  private final List<Path> folders;
  private final CountDownLatch never = new CountDownLatch(1);
  private final Optional<Inotify> inotify;
  private boolean complained;

  FolderWatch(List<Path> folders) {
    this.folders = List.copyOf(folders);
    this.inotify = open();
  }

  private static Optional<Inotify> open() {
    try {
      return Optional.of(Inotify.open());
    } catch (ErrnoException e) {
      LOG.warn("watch the kubelet's folders: {}; they are looked at now and then", e.getMessage());
      return Optional.empty();
    }
  }

  /** What happens from now on ends the next {@link #await}; to be called before one looks. */
  void begin() {
    inotify.ifPresent(this::begin);
  }

  private void begin(Inotify one) {
    try {
      one.drain();
      folders.forEach(folder -> watch(one, folder));
    } catch (ErrnoException e) {
      complain(e);
    }
  }

  /** A folder that is watched already is not watched twice; one that is not there comes later. */
  private void watch(Inotify one, Path folder) {
    try {
      one.watch(folder, NAMES);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        complain(e);
      }
    }
  }

  /** Returns when something has happened, or the time is over. */
  void await(Duration longest) throws InterruptedException {
    if (!waitForKernel(longest)) {
      never.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private boolean waitForKernel(Duration longest) {
    try {
      inotify.ifPresent(one -> one.await(longest));
      return inotify.isPresent();
    } catch (ErrnoException e) {
      complain(e);
      return false;
    }
  }

  private void complain(ErrnoException e) {
    if (!complained) {
      complained = true;
      LOG.warn("watch the kubelet's folders: {}; they are looked at now and then", e.getMessage());
    }
  }

  @Override
  public void close() {
    inotify.ifPresent(Inotify::close);
  }
}
