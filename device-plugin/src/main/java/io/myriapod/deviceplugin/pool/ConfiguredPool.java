package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.pool.AllocationException.Kind;
import io.myriapod.types.DeviceId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One pool, over the devices that were last seen. */
record ConfiguredPool(PoolConfig config, Supplier<Inventory> inventory, Allocation allocation)
    implements Pool {
  @Override
  public ResourceName resource() {
    return config.resource();
  }

  @Override
  public AllocationPolicy policy() {
    return config.policy();
  }

  /**
   * A device whose former pod is slow has its driver only when the new pod's networks are there.
   */
  @Override
  public boolean needsPreStart() {
    return config.driver().isPresent();
  }

  @Override
  public List<OfferedDevice> devices() {
    return inventory.get().of(resource()).stream().map(Entry::offered).toList();
  }

  @Override
  public ContainerGrant allocate(List<DeviceId> devices) {
    Inventory now = inventory.get();
    List<Entry> entries = require(now, "allocate", devices);
    for (Entry entry : entries) {
      entry
          .obstacle()
          .ifPresent(
              illness -> {
                throw new AllocationException(
                    Kind.NOT_READY, "%s: it %s".formatted(attempt("allocate", entry), illness));
              });
    }
    return allocation.allocate(config, entries, now.of(resource()));
  }

  @Override
  public void requireReady(List<DeviceId> devices) {
    allocation.requireReady(config, require(inventory.get(), "start a container with", devices));
  }

  private List<Entry> require(Inventory now, String attempt, List<DeviceId> devices) {
    if (devices.isEmpty()) {
      throw new AllocationException(
          Kind.NOT_OFFERED, "%s devices of %s: none is named".formatted(attempt, resource()));
    }
    Set<DeviceId> once = new HashSet<>();
    for (DeviceId device : devices) {
      if (!once.add(device)) {
        throw new AllocationException(
            Kind.NOT_OFFERED,
            "%s device %s of %s: it is named twice".formatted(attempt, device, resource()));
      }
    }
    return devices.stream().map(device -> require(now, attempt, device)).toList();
  }

  private Entry require(Inventory now, String attempt, DeviceId device) {
    return now.find(device)
        .filter(entry -> entry.resource().filter(resource()::equals).isPresent())
        .orElseThrow(
            () ->
                new AllocationException(
                    Kind.NOT_OFFERED,
                    "%s device %s of %s: the pool has no such device; `myriapod devices explain %s`"
                            .formatted(attempt, device, resource(), device)
                        + " tells why"));
  }

  private static String attempt(String verb, Entry entry) {
    return "%s device %s of %s"
        .formatted(verb, entry.device().id(), entry.resource().orElseThrow());
  }
}
