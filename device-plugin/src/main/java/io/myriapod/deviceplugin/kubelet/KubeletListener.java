package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.ResourceName;
import java.time.Duration;

/** Told of what goes on with the kubelet; called on any thread, must be quick and not throw. */
public interface KubeletListener {
  /** An Allocate call was answered. */
  void allocated(ResourceName resource, AllocationOutcome outcome, Duration took);

  /** A resource is now registered, or no longer, or waits for another reason. */
  void registered(Registration now);
}
