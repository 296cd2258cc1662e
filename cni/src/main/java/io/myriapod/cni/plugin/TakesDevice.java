package io.myriapod.cni.plugin;

import io.myriapod.cni.error.CniException;
import io.myriapod.types.DeviceId;
import java.util.Optional;

/** What a plugin also implements that gives a device of the node to one pod alone. */
public interface TakesDevice {
  /**
   * The device that an ADD would take, whoever has it now: a PCI address, or the id of a device of
   * the auxiliary bus. Empty if it has none, as a link of software. Changes nothing.
   *
   * @throws CniException as {@link Plugin#validate} if the request is wrong, or the device not
   *     there
   */
  Optional<DeviceId> deviceOf(PluginRequest request);
}
