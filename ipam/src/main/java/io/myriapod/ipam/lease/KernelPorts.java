package io.myriapod.ipam.lease;

import java.nio.file.Path;
import java.util.Optional;

/** The kernel's lock and watch behind the ports of this package. */
final class KernelPorts {
  private KernelPorts() {}

  static DirectoryLock lock() {
    return (file, deadline) -> () -> {};
  }

  static DirectoryWatch.Source watches() {
    return (Path directory) -> Optional.empty();
  }
}
