package io.myriapod.bench.device;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.pool.Allocation;
import io.myriapod.deviceplugin.pool.Entry;
import java.util.List;

/** Where nothing is allocated. */
final class NoAllocation implements Allocation {
  @Override
  public ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> all) {
    throw new UnsupportedOperationException("nothing is allocated here");
  }

  @Override
  public void requireReady(PoolConfig pool, List<Entry> devices) {
    throw new UnsupportedOperationException("nothing is allocated here");
  }
}
