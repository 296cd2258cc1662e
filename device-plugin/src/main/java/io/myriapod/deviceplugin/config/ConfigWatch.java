package io.myriapod.deviceplugin.config;

import io.myriapod.linux.libc.ErrnoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what a configuration file holds whenever that has become something else: written in place,
 * replaced by an editor, swapped behind the symbolic links of a mounted ConfigMap, deleted or made.
 * The file and its directories need not be there.
 *
 * <p>It has a daemon thread, woken by inotify(7). Where that is not to be had, or sees nothing as
 * on network file systems and with mmap(2), a look every 30 s does.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

  private final Path file;
  private final Pauses pauses;
  private final Consumer<FileContent> listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Optional<PathWatch> watch;
  private FileContent last;
  private boolean blind;

  /**
   * @param settle as long as nothing may happen before the file is read, since writers take several
   *     steps
   * @param longest after which it is read all the same
   * @param look between two looks without being woken
   */
  record Pauses(Duration settle, Duration longest, Duration look) {
    static final Pauses USUAL =
        new Pauses(Duration.ofMillis(150), Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private ConfigWatch(
      FileContent known, Pauses pauses, Optional<PathWatch> watch, Consumer<FileContent> listener) {
    this.file = known.file();
    this.pauses = pauses;
    this.watch = watch;
    this.listener = listener;
    this.last = known;
  }

  /**
   * Begins to watch a file.
   *
   * @param known what the caller knows; the listener hears of everything else, also of what changed
   *     before this call
   * @param listener called by the watching thread, one call after the other; what it throws is
   *     logged
   */
  public static ConfigWatch start(FileContent known, Consumer<FileContent> listener) {
    return start(known, Pauses.USUAL, listener);
  }

  static ConfigWatch start(FileContent known, Pauses pauses, Consumer<FileContent> listener) {
    return start(known, pauses, open(known.file(), pauses), listener);
  }

  /** Without a watch it only looks now and then. */
  static ConfigWatch start(
      FileContent known, Pauses pauses, Optional<PathWatch> path, Consumer<FileContent> listener) {
    ConfigWatch watch = new ConfigWatch(known, pauses, path, listener);
    Thread thread = new Thread(watch::run, "config-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private static Optional<PathWatch> open(Path file, Pauses pauses) {
    try {
      return Optional.of(PathWatch.open(file));
    } catch (ErrnoException e) {
      warn(file, e, pauses);
      return Optional.empty();
    }
  }

  private void run() {
    try {
      while (!isClosed()) {
        look();
        if (await(pauses.look())) {
          settle();
        }
      }
    } finally {
      watch.ifPresent(PathWatch::close);
    }
  }

  /** Reads the file after the watches are made, so that no change is between the two. */
  private void look() {
    watch.ifPresent(this::renew);
    FileContent now = FileContent.read(file);
    if (!now.equals(last) && !isClosed()) {
      last = now;
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        LOG.error("take up {}: {}", file, e.toString(), e);
      }
    }
  }

  private void renew(PathWatch path) {
    try {
      path.renew();
      blind = false;
    } catch (ErrnoException e) {
      if (!blind) {
        warn(file, e, pauses);
      }
      blind = true;
    }
  }

  private static void warn(Path file, ErrnoException e, Pauses pauses) {
    LOG.warn("watch {}: {}; changes are seen every {} s only", file, e, pauses.look().toSeconds());
  }

  private void settle() {
    long end = System.nanoTime() + pauses.longest().toNanos();
    while (await(pauses.settle()) && System.nanoTime() - end < 0) {
      // somebody is still at it
    }
  }

  private boolean await(Duration time) {
    if (watch.isPresent()) {
      return watch.get().await(time);
    }
    try {
      closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      closed.countDown();
    }
    return false;
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Ends the watching; a call of the listener that is on goes on, no other one begins. */
  @Override
  public void close() {
    closed.countDown();
    watch.ifPresent(PathWatch::wake);
  }
}
