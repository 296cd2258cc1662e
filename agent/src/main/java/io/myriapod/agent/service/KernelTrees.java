package io.myriapod.agent.service;

import io.myriapod.vfio.VirtualFunctions.Places;
import java.nio.file.Path;

/**
 * Where the kernel shows its devices. For tests alone, on machines without a PCI bus, the system
 * properties {@code myriapod.sys} and {@code myriapod.dev} name other trees.
 */
final class KernelTrees {
  private KernelTrees() {}

  static Places places() {
    return new Places(
        tree("myriapod.sys", Places.REAL.sys()),
        tree("myriapod.dev", Places.REAL.devices()),
        Places.REAL.run());
  }

  private static Path tree(String property, Path real) {
    return Path.of(System.getProperty(property, real.toString()));
  }
}
