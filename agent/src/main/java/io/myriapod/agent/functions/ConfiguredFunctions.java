package io.myriapod.agent.functions;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.WantedFunctions;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    for (WantedFunctions wanted : AgentConfig.read(config).functions()) {
      try {
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
}
