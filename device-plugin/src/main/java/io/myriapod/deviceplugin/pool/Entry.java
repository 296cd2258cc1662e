package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.GrantedDevice;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.Selection.Claim;
import java.util.List;
import java.util.Optional;

/**
 * A device of the node, and what pools make of it.
 *
 * @param claim the pool that has it, by which selector; absent if none has
 * @param others further pools that want it, and do not get it
 * @param obstacle why it is in no pool, or, if it is in one, why it is not healthy; absent if it is
 *     healthy, or if nobody wants it
 * @param holder the pod that has it
 */
public record Entry(
    NodeDevice device,
    Optional<Claim> claim,
    List<ResourceName> others,
    Optional<String> obstacle,
    Optional<Holdings.Holder> holder) {
  public Entry {
    others = List.copyOf(others);
  }

  /** The resource that offers it. */
  public Optional<ResourceName> resource() {
    return claim.map(one -> one.pool().resource());
  }

  /** Whether a pool offers it, and it can be used now. */
  public boolean isHealthy() {
    return claim.isPresent() && obstacle.isEmpty();
  }

  /**
   * As it goes into a container.
   *
   * @throws java.util.NoSuchElementException if it is in no pool
   */
  public GrantedDevice granted() {
    Claim by = claim.orElseThrow();
    return new GrantedDevice(device, by.selector(), by.pool().driver());
  }

  OfferedDevice offered() {
    boolean told = claim.filter(one -> !one.pool().excludeTopology()).isPresent();
    return new OfferedDevice(
        device.id(), device.numaNode().filter(node -> told), device.card().value(), obstacle);
  }
}
