package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.ResourceName;
import java.time.Instant;
import java.util.Optional;

/**
 * What the kubelet knows of a resource.
 *
 * @param mode the way that is used, or tried, now
 * @param reason why it is not registered; absent only if it is
 * @param since when it became so
 */
public record Registration(
    ResourceName resource,
    RegistrationMode mode,
    State state,
    Optional<String> reason,
    Instant since) {
  /** Whether pods can have it. */
  public enum State {
    /** For the kubelet, or for what the reason says. */
    WAITING,
    /** The kubelet has accepted it and listens to its list of devices. */
    REGISTERED,
    /** The kubelet has said no; it is asked again. */
    REFUSED
  }

  public Registration {
    if (reason.isEmpty() != (state == State.REGISTERED)) {
      throw new IllegalArgumentException(
          "registration of %s: state %s with reason %s".formatted(resource, state, reason));
    }
  }

  /** Whether both say the same, whenever it became so. */
  boolean saysSameAs(Registration other) {
    return mode == other.mode && state == other.state && reason.equals(other.reason);
  }
}
