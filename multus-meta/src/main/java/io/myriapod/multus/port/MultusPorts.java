package io.myriapod.multus.port;

import io.myriapod.cni.chain.PluginResolver;
import io.myriapod.journal.Journal;
import io.myriapod.journal.Undo;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.kubernetes.device.PodResources;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the meta-plugin needs of the world.
 *
 * @param hostRoot the node's file system: absolute paths of configurations lie below it
 * @param requestId of the call that the current thread serves, if it has one
 */
public record MultusPorts(
    Cluster cluster,
    Journal journal,
    Undo undo,
    PluginResolver resolver,
    PodLinks podLinks,
    Foresight foresight,
    PodResources podResources,
    DeviceHold deviceHold,
    LentDevices lentDevices,
    Path hostRoot,
    Supplier<Optional<String>> requestId) {

  /** Those of them that working out an ADD needs. */
  public PlanningPorts planning() {
    return new PlanningPorts(cluster, foresight, podResources, lentDevices::mayBeAny, hostRoot);
  }

  /** Where device plugins and CNI plugins tell what devices are. */
  public DeviceInfoFiles deviceInfo() {
    return planning().deviceInfo();
  }

  /** The place of an absolute path of a configuration. */
  public Path onHost(Path configured) {
    return planning().onHost(configured);
  }
}
