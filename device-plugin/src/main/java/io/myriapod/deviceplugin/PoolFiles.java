package io.myriapod.deviceplugin;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.CdiSpecs;
import io.myriapod.deviceplugin.container.DeviceInformation;
import io.myriapod.deviceplugin.container.GrantedDevice;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.Inventory;
import io.myriapod.types.DeviceId;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what others read about the pools true: CDI files, and device information that nobody needs
 * any more. A file that cannot be written is told in the log and tried again at the next change.
 *
 * @param cdi absent if device files are given directly
 */
public record PoolFiles(Optional<CdiSpecs> cdi, DeviceInformation information) {
  private static final Logger LOG = LoggerFactory.getLogger(PoolFiles.class);

  private interface Work {
    void run() throws IOException;
  }

  /**
   * The first thing that an agent does once it knows the devices: what the one before has left is
   * brought up to date.
   */
  void start(DevicePools pools) {
    Inventory inventory = pools.inventory();
    Map<ResourceName, Set<DeviceId>> offered = new HashMap<>();
    pools.selection().pools().forEach(pool -> offered.put(pool.resource(), new HashSet<>()));
    inventory.entries().forEach(entry -> add(entry, offered));
    guarded(() -> information.removeAllBut(offered, pools::isHeld));
    configured(pools);
  }

  private static void add(Entry entry, Map<ResourceName, Set<DeviceId>> offered) {
    entry.resource().ifPresent(resource -> offered.get(resource).add(entry.device().id()));
  }

  void configured(DevicePools pools) {
    cdi.ifPresent(
        specs -> guarded(() -> specs.removeAllBut(pools.selection().pools(), pools::isHeld)));
    pools.selection().pools().forEach(pool -> publish(pools, pool));
  }

  void changed(DevicePools pools, Set<ResourceName> changed) {
    pools.selection().pools().stream()
        .filter(pool -> changed.contains(pool.resource()))
        .forEach(pool -> publish(pools, pool));
  }

  private void publish(DevicePools pools, PoolConfig pool) {
    List<GrantedDevice> devices =
        pools.inventory().of(pool.resource()).stream().map(Entry::granted).toList();
    cdi.ifPresent(specs -> guarded(() -> specs.publish(pool, devices)));
  }

  private static void guarded(Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("keep the files about pools true: {}", e.toString());
    }
  }
}
