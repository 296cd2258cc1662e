package io.myriapod.ipam.lease;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** The lease directories that this process works with, one object per path. */
public final class LeaseDirectories {
  /**
   * From this many on, directories without a lease give their watch back. Not sooner: closing an
   * inotify instance waits for a grace period of the kernel, 10 ms and more.
   */
  private static final int MANY = 64;

  private final DirectoryLock locking;
  private final DirectoryWatch.Source watches;
  private final Clock clock;
  private final Map<Path, LeaseDirectory> byPath = new HashMap<>();

  LeaseDirectories(DirectoryLock locking, DirectoryWatch.Source watches, Clock clock) {
    this.locking = locking;
    this.watches = watches;
    this.clock = clock;
  }

  /** Directories locked by flock(2) and watched by inotify(7). */
  public static LeaseDirectories ofKernel() {
    return new LeaseDirectories(KernelPorts.lock(), KernelPorts.watches(), Clock.systemUTC());
  }

  /** The directory of that path, whether it exists or not. */
  public synchronized LeaseDirectory at(Path path) {
    Path key = path.normalize();
    if (!byPath.containsKey(key) && byPath.size() >= MANY) {
      byPath.values().forEach(LeaseDirectory::rest);
    }
    return byPath.computeIfAbsent(key, made -> new LeaseDirectory(made, locking, watches, clock));
  }
}
