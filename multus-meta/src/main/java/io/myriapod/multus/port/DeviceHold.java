package io.myriapod.multus.port;

import io.myriapod.cni.error.CniException;
import io.myriapod.journal.OpenRecord;
import io.myriapod.types.DeviceId;

/** Writes down who has a device where no plugin does: executed ones have no journal. */
@FunctionalInterface
public interface DeviceHold {
  /**
   * Records that the attachment has the device, so that nobody else gets it.
   *
   * @throws CniException 11 if somebody else has it, or if it is being changed
   */
  void hold(DeviceId device, OpenRecord steps);
}
