package io.myriapod.multus.port;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.kubernetes.device.PodResources;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * What working out an ADD needs of the world.
 *
 * @param mayBeLent as {@link LentDevices#mayBeAny}
 * @param hostRoot the node's file system: absolute paths of configurations lie below it
 */
public record PlanningPorts(
    Cluster cluster,
    Foresight foresight,
    PodResources podResources,
    BooleanSupplier mayBeLent,
    Path hostRoot) {

  /** Where device plugins and CNI plugins tell what devices are. */
  public DeviceInfoFiles deviceInfo() {
    return new DeviceInfoFiles(onHost(DeviceInfoFiles.FOLDER));
  }

  /** The place of an absolute path of a configuration. */
  public Path onHost(Path configured) {
    return hostRoot.resolve(Path.of("/").relativize(configured));
  }
}
