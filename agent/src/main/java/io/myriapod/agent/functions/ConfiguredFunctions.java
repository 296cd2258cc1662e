package io.myriapod.agent.functions;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.WantedFunctions;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the configuration wants of the node's physical functions. */
public final class ConfiguredFunctions {
  private final Path config;

  /**
   * @param config the agent's configuration, read anew each time
   */
  public ConfiguredFunctions(Path config) {
    this.config = config;
  }

  /**
   * Makes all as the configuration wants it, or says what that would take; goes on past a physical
   * function that cannot be made so.
   *
   * @throws DeviceException that tells of all that could not, after the others were made
   */
  List<Change> apply(VirtualFunctions functions, boolean dryRun) {
    List<Change> changes = new ArrayList<>();
    List<DeviceException> failures = new ArrayList<>();
    Set<PciAddress> cards = new HashSet<>();
    for (WantedFunctions wanted : AgentConfig.read(config).functions()) {
      try {
        requireNew(functions.find(wanted.physical()), wanted, cards);
        changes.addAll(functions.apply(wanted, dryRun));
      } catch (DeviceException e) {
        failures.add(e);
      }
    }
    if (failures.isEmpty()) {
      return changes;
    }
    DeviceException all = failures.get(0);
    for (DeviceException next : failures.subList(1, failures.size())) {
      all = all.and(next.getMessage());
    }
    throw all;
  }

  /** A card may have been named by its interface and by its address. */
  private static void requireNew(PciAddress card, WantedFunctions wanted, Set<PciAddress> cards) {
    if (!cards.add(card)) {
      throw new DeviceException(
          DeviceException.Kind.UNUSABLE,
          "make the virtual functions of \"%s\": %s is configured already, under another name"
              .formatted(wanted.physical(), card),
          "keep one entry for each card in section sriov");
    }
  }
}
