package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.types.DeviceId;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of the node as they are now. Safe for use by many threads; one at a time looks at the
 * node, and all others go on with what was seen before.
 */
public final class DevicePools {
  private static final Logger LOG = LoggerFactory.getLogger(DevicePools.class);

  private final Discovery discovery;
  private final DeviceTraits traits;
  private final Supplier<Holdings> holdings;
  private final Function<NodeDevice, Optional<String>> ailing;
  private final Allocation allocation;
  private volatile Selection selection;
  private volatile Inventory inventory = Inventory.EMPTY;
  private volatile boolean seen;

  /**
   * @param holdings what the journal says, asked at each look
   * @param ailing what else makes a device useless for pods, in words that follow its name
   */
  public DevicePools(
      Discovery discovery,
      DeviceTraits traits,
      Supplier<Holdings> holdings,
      Function<NodeDevice, Optional<String>> ailing,
      Allocation allocation) {
    this.discovery = discovery;
    this.traits = traits;
    this.holdings = holdings;
    this.ailing = ailing;
    this.allocation = allocation;
    this.selection = new Selection(List.of(), traits);
  }

  /** Takes another configuration and looks at the node; returns whose devices are others now. */
  public synchronized Set<ResourceName> configure(List<PoolConfig> pools) {
    selection = new Selection(pools, traits);
    return refresh();
  }

  /**
   * Looks at the node; returns whose devices are others now. If the node cannot be looked at,
   * everything stays as it was: what is known is better than nothing.
   */
  public synchronized Set<ResourceName> refresh() {
    Inventory former = inventory;
    Inventory now;
    try {
      now = new Stocktaking(selection, holdings.get(), ailing).of(discovery.read(), former);
    } catch (ErrnoException | UncheckedIOException e) {
      LOG.warn("look for devices: {}; the pools stay as they are", e.getMessage());
      return Set.of();
    }
    inventory = now;
    seen = true;
    new InventoryNews(former, now).sentences().forEach(LOG::info);
    return changed(former, now);
  }

  private Set<ResourceName> changed(Inventory former, Inventory now) {
    Set<ResourceName> changed = new TreeSet<>();
    for (PoolConfig pool : selection.pools()) {
      if (!offered(former, pool).equals(offered(now, pool))) {
        changed.add(pool.resource());
      }
    }
    return changed;
  }

  private static List<OfferedDevice> offered(Inventory inventory, PoolConfig pool) {
    return inventory.of(pool.resource()).stream().map(Entry::offered).toList();
  }

  /** What was last seen. */
  public Inventory inventory() {
    return inventory;
  }

  /** Whether the node was ever looked at. */
  public boolean isSeen() {
    return seen;
  }

  /** Whether a pod has that device, be it there or not. */
  public boolean isHeld(DeviceId device) {
    return holdings.get().of(device).isPresent();
  }

  /** As it is configured now. */
  public Selection selection() {
    return selection;
  }

  /** One for each resource; none before the node was looked at for the first time. */
  public List<Pool> pools() {
    return seen ? selection.pools().stream().<Pool>map(this::pool).toList() : List.of();
  }

  private Pool pool(PoolConfig config) {
    return new ConfiguredPool(config, this::inventory, allocation);
  }
}
