package io.myriapod.deviceplugin.pool;

import io.myriapod.types.DeviceId;
import java.util.Optional;

/**
 * A device of a pool as the kubelet is told of it.
 *
 * @param numaNode absent if it is not known, or not to be told
 * @param physical what it shares a card with: the id of its physical function, else its own
 * @param illness why it cannot be used now; absent if it is healthy
 */
public record OfferedDevice(
    DeviceId id, Optional<Integer> numaNode, String physical, Optional<String> illness) {
  public boolean isHealthy() {
    return illness.isEmpty();
  }
}
