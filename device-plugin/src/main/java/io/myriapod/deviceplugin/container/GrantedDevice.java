package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.types.DeviceId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A device on its way into a container.
 *
 * @param device of its pool
 * @param selector the one that took it into the pool
 * @param driver the one that it will have when the container starts, though another pod may still
 *     have it with another; absent: the one that it has by then anyway
 */
public record GrantedDevice(NodeDevice device, Selector selector, Optional<String> driver) {

  DeviceId id() {
    return device.id();
  }

  /** Below {@code /sys}. */
  String path() {
    return device.path();
  }

  boolean wants(Predicate<Selector> what) {
    return what.test(selector);
  }
}
