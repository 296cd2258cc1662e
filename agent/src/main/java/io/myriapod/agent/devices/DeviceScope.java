package io.myriapod.agent.devices;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which devices are looked at, and for which pools.
 *
 * @param config of the device plugin, in place of the one that the node has
 * @param tree a directory that stands for {@code /sys}; nothing of this node is read then
 * @param resourcePrefix of pools that name none, in place of what the node's configuration says
 */
public record DeviceScope(
    Optional<Path> config, Optional<Path> tree, Optional<String> resourcePrefix) {
  /** What the agent answers for. */
  public static final DeviceScope RUNNING =
      new DeviceScope(Optional.empty(), Optional.empty(), Optional.empty());
}
