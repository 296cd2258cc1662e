package io.myriapod.deviceplugin.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One resource as the configuration wants it.
 *
 * @param selectors in their order; a device belongs to it that any of them allows; without any, all
 *     devices of its type do
 * @param excludeTopology do not tell the kubelet which NUMA node a device is on
 * @param additionalInfo for the container, by device id; under {@code *} for every device
 * @param driver the one that a device has while a pod holds it; absent: the one that it has
 */
public record PoolConfig(
    ResourceName resource,
    DeviceType type,
    List<Selector> selectors,
    boolean excludeTopology,
    Map<String, Map<String, String>> additionalInfo,
    Optional<String> driver,
    AllocationPolicy policy,
    CarrierPolicy carrier) {
  /** For every device of the pool, in {@link #additionalInfo}. */
  public static final String EVERY_DEVICE = "*";

  /** Copies the collections, which keep their order. */
  public PoolConfig {
    selectors = List.copyOf(selectors);
    Map<String, Map<String, String>> copy = new LinkedHashMap<>();
    additionalInfo.forEach((device, info) -> copy.put(device, ordered(info)));
    additionalInfo = Collections.unmodifiableMap(copy);
  }

  private static Map<String, String> ordered(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
