package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.ContainerGrant;
import java.util.List;

/** What is done to devices of a pool on their way into a container. */
public interface Allocation {
  /**
   * Prepares them and says what the container gets.
   *
   * @param devices of the pool, healthy as far as was known
   * @param all the whole pool
   * @throws AllocationException naming the device; then nothing was changed
   */
  ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> all);

  /**
   * Whether they are what their container was promised.
   *
   * @throws AllocationException naming the device that is not
   */
  void requireReady(PoolConfig pool, List<Entry> devices);
}
