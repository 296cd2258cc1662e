package io.myriapod.deviceplugin.container;

import io.myriapod.types.DeviceId;

/** A container cannot have a device as its pool wants it: attempt, subject, finding, what to do. */
public final class GrantException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GrantException(DeviceId device, String finding, String remedy) {
    super("give device %s to a container: %s; %s".formatted(device, finding, remedy));
  }
}
