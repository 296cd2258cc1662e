package io.myriapod.deviceplugin.config;

import io.myriapod.linux.inotify.Inotify;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells when what a path leads to may have changed. Watches the directories on the way, since a
 * file that is replaced is another one; and the file, since it may be written by another of its
 * names or through another mount. One thread renews and waits, any may wake it.
 */
final class PathWatch implements AutoCloseable {
  private static final Path ROOT = Path.of("/");
  private static final int MOST_TURNS = 20;
  private static final int FILE =
      Inotify.CLOSED_WRITTEN | Inotify.SELF_DELETED | Inotify.SELF_MOVED;
  private static final String ITSELF = ""; // the name in events of what is watched itself

  private final Path path;
  private final Inotify inotify;
  private final int rootWatch;
  private Map<Integer, Set<String>> names = Map.of();
  private boolean woken;

  /** Opens it; what is watched is up to {@link #renew()}. Throws {@link ErrnoException}. */
  static PathWatch open(Path path) {
    Inotify inotify = Inotify.open();
    try {
      return new PathWatch(path.toAbsolutePath(), inotify, inotify.watch(ROOT, Inotify.ENTRIES));
    } catch (ErrnoException e) {
      inotify.close();
      throw e;
    }
  }

  private PathWatch(Path path, Inotify inotify, int rootWatch) {
    this.path = path;
    this.inotify = inotify;
    this.rootWatch = rootWatch;
  }

  /**
   * Watches the way as it is now. Whatever changes after this is told by {@link #await}.
   *
   * @throws ErrnoException if a directory cannot be watched: ENOSPC over
   *     /proc/sys/fs/inotify/max_user_watches
   */
  void renew() {
    WatchedPath watched = WatchedPath.of(path);
    watch(watched);
    WatchedPath now = WatchedPath.of(path);
    for (int turn = 0; turn < MOST_TURNS && !now.equals(watched); turn++) {
      watched = now; // it changed while the watches were made
      watch(watched);
      now = WatchedPath.of(path);
    }
  }

  private void watch(WatchedPath watched) {
    Map<Integer, Set<String>> fresh = new HashMap<>();
    watched
        .names()
        .forEach((directory, entries) -> add(directory, Inotify.ENTRIES, entries, fresh));
    if (Files.isRegularFile(path)) {
      add(path, FILE, Set.of(ITSELF), fresh);
    }
    Set<Integer> stale = new HashSet<>(names.keySet());
    stale.removeAll(fresh.keySet());
    names = fresh;
    stale.forEach(this::unwatch);
  }

  private void add(Path watched, int mask, Set<String> entries, Map<Integer, Set<String>> fresh) {
    try {
      int number = inotify.watch(watched, mask);
      fresh.computeIfAbsent(number, any -> new HashSet<>()).addAll(entries);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
        throw e;
      }
    }
  }

  private void unwatch(int watch) {
    if (watch != rootWatch) {
      try {
        inotify.unwatch(watch);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EINVAL)) { // the kernel ended it, as its directory is gone
          throw e;
        }
      }
    }
  }

  /** Waits for a change; false if the time is over before, or {@link #wake()} was called. */
  boolean await(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long rest = time.toNanos(); rest > 0; rest = end - System.nanoTime()) {
      if (isWoken()) {
        return false;
      }
      if (inotify.await(Duration.ofNanos(rest)) && concernsPath(inotify.drain())) {
        return true;
      }
    }
    return false;
  }

  private boolean concernsPath(Inotify.Changes changes) {
    return changes.lost()
        || changes.events().stream()
            .anyMatch(
                event ->
                    event.is(Inotify.SELF_DELETED | Inotify.SELF_MOVED)
                        || names.getOrDefault(event.watch(), Set.of()).contains(event.name()));
  }

  private synchronized boolean isWoken() {
    return woken;
  }

  /** Ends a wait that is on, and every later one. */
  synchronized void wake() {
    if (!woken) {
      woken = true;
      inotify.unwatch(rootWatch); // its end is an event
    }
  }

  @Override
  public synchronized void close() {
    woken = true;
    inotify.close();
  }
}
