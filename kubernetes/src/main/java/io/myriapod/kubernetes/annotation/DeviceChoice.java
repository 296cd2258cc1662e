package io.myriapod.kubernetes.annotation;

import io.myriapod.types.DeviceId;
import java.util.Optional;

/** Which of the devices that a pod has a network shall get. */
public sealed interface DeviceChoice {
  /** That one. NPWG's key {@code deviceID}. */
  record Named(DeviceId id) implements DeviceChoice {}

  /**
   * The one at a place, of the resource that the network's definition names. Keys of our own:
   * {@code io.myriapod.deviceContainer} and {@code io.myriapod.deviceIndex}, one of them or both.
   *
   * @param container whose devices are meant; those of all containers, one after the other, if
   *     absent
   * @param index among those, from 0; the next one that no other network has if absent
   */
  record Placed(Optional<String> container, Optional<Integer> index) implements DeviceChoice {
    /** Throws {@link IllegalArgumentException} if nothing is said. */
    public Placed {
      if (container.isEmpty() && index.isEmpty()) {
        throw new IllegalArgumentException("want a container or an index");
      }
    }
  }
}
