package io.myriapod.multus.plan;

import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.types.DeviceId;
import java.util.Optional;

/**
 * The device of the node that a network gets.
 *
 * @param resource the pool that it comes from, if the definition names one
 */
public record PlannedDevice(ForeseenDevice device, Optional<String> resource) {
  /** Its id. */
  public DeviceId id() {
    return device.id();
  }
}
