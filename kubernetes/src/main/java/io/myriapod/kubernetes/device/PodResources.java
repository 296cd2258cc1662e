package io.myriapod.kubernetes.device;

import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import java.util.Optional;

/** What the kubelet tells of devices. Its PodResources API, {@code podresources/v1}. */
@FunctionalInterface
public interface PodResources {
  /** No kubelet runs on this node, so nobody gives devices to pods but the pods' networks. */
  PodResources NO_KUBELET = pod -> Optional.empty();

  /**
   * The devices of a pod, and of the pools; empty if the node has no kubelet.
   *
   * @param pod absent if nobody knows for which pod a container is made: then none is the pod's
   * @throws ClusterException if the kubelet cannot be asked
   */
  Optional<DeviceGrants> of(Optional<PodRef> pod);
}
