package io.myriapod.vfio;

import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Change;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule for udev that keeps it from renaming new virtual functions, and NetworkManager, which goes
 * by udev's word, from setting them up. udev(7); NetworkManager(8), "NM_UNMANAGED".
 * NetworkManager's own configuration cannot name a PCI address, so nothing is written there. Only
 * where udev runs.
 */
final class QuietRules {
  private final Path run;

  /**
   * @param run what stands for {@code /run}
   */
  QuietRules(Path run) {
    this.run = run;
  }

  /** The file for that physical function, if it is to be written and is not there yet. */
  Optional<Path> newFile(PciAddress physical) {
    Path file = file(physical);
    return isUdevThere() && !Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  /** Writes it for these virtual functions. */
  List<Change> write(PciAddress physical, List<PciAddress> virtual) {
    if (!isUdevThere() || virtual.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("# written by myriapod for the virtual functions of " + physical);
    for (PciAddress one : virtual) {
      lines.add(
          "ACTION!=\"remove\", SUBSYSTEM==\"net\", KERNELS==\"%s\", ENV{NM_UNMANAGED}=\"1\", NAME=\"%%k\""
              .formatted(one));
    }
    return List.of(new Change.WriteFile(physical, file(physical), String.join("\n", lines) + "\n"));
  }

  /** Takes it away. */
  List<Change> delete(PciAddress physical) {
    return Files.exists(file(physical))
        ? List.of(new Change.DeleteFile(physical, file(physical)))
        : List.of();
  }

  private boolean isUdevThere() {
    return Files.isDirectory(run.resolve("udev"));
  }

  private Path file(PciAddress physical) {
    return run.resolve("udev/rules.d/10-myriapod-" + physical + ".rules");
  }
}
