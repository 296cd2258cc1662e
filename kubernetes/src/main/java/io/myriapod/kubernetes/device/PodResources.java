package io.myriapod.kubernetes.device;

import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import java.util.Optional;

/** What the kubelet tells of devices. Its PodResources API, {@code podresources/v1}. */
@FunctionalInterface
public interface PodResources {
  /**
   * The devices of a pod, and of the pools; empty if the node has no kubelet, so that nobody gives
   * devices to pods but the pods' networks. A pod that the kubelet does not know has none, as one
   * has that requests none: it may have some later, and it may have had some that are still in use.
   * So absence is never evidence that a device is free.
   *
   * @param pod absent if nobody knows for which pod a container is made: then none is the pod's
   * @throws ClusterException if the kubelet cannot be asked
   */
  Optional<DeviceGrants> of(Optional<PodRef> pod);
}
