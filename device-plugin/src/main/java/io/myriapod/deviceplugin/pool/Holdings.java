package io.myriapod.deviceplugin.pool;

import io.myriapod.types.DeviceId;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal says of devices at one moment.
 *
 * @param holders who has which device
 * @param givenBy the resource, as text, under which a container got a device last
 */
public record Holdings(Map<DeviceId, Holder> holders, Map<DeviceId, String> givenBy) {
  public static final Holdings NONE = new Holdings(Map.of(), Map.of());

  public Holdings {
    holders = Map.copyOf(holders);
    givenBy = Map.copyOf(givenBy);
  }

  /**
   * A pod that has a device.
   *
   * @param who for people: {@code default/web}
   * @param quarantine why the device could not be made what it was when the pod went; absent while
   *     the pod is there
   */
  public record Holder(String who, Optional<String> quarantine) {}

  Optional<Holder> of(DeviceId device) {
    return Optional.ofNullable(holders.get(device));
  }
}
