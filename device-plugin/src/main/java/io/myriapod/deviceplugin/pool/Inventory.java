package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.types.DeviceId;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All devices of the node with their pools at one moment, by address, each function before what
 * hangs on it. Immutable.
 */
public final class Inventory {
  private static final Comparator<Entry> BY_ADDRESS =
      Comparator.comparing((Entry entry) -> entry.device().pci())
          .thenComparing(entry -> entry.device().isAuxiliary())
          .thenComparing(entry -> entry.device().id().value());

  /** Before anybody has looked. */
  public static final Inventory EMPTY = new Inventory(List.of());

  private final Map<DeviceId, Entry> entries;

  Inventory(List<Entry> entries) {
    Map<DeviceId, Entry> byId = new LinkedHashMap<>();
    entries.stream().sorted(BY_ADDRESS).forEach(entry -> byId.put(entry.device().id(), entry));
    this.entries = Collections.unmodifiableMap(byId);
  }

  /**
   * Sorts devices into pools as if nobody had looked before.
   *
   * @param ailing what else makes a device useless for pods, in words that follow its name
   */
  public static Inventory taken(
      Selection selection,
      Holdings holdings,
      Function<NodeDevice, Optional<String>> ailing,
      List<NodeDevice> devices) {
    return new Stocktaking(selection, holdings, ailing).of(devices, EMPTY);
  }

  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  public Optional<Entry> find(DeviceId device) {
    return Optional.ofNullable(entries.get(device));
  }

  /** What that resource offers, healthy or not. */
  public List<Entry> of(ResourceName resource) {
    return entries.values().stream()
        .filter(entry -> entry.resource().equals(Optional.of(resource)))
        .toList();
  }
}
