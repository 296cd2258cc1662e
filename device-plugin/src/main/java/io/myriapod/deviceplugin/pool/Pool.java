package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.types.DeviceId;
import java.util.List;

/** A resource as its server towards the kubelet sees it. Safe for use by many threads. */
public interface Pool {
  ResourceName resource();

  AllocationPolicy policy();

  /** Whether a container of such devices must not start before {@link #requireReady}. */
  boolean needsPreStart();

  /** The devices by id, as of now. */
  List<OfferedDevice> devices();

  /**
   * Prepares devices for a container and says what it gets.
   *
   * @throws AllocationException naming the device; then nothing was changed
   */
  ContainerGrant allocate(List<DeviceId> devices);

  /**
   * Whether the devices are what the container was promised.
   *
   * @throws AllocationException naming the device that is not
   */
  void requireReady(List<DeviceId> devices);
}
