package io.myriapod.kubernetes.kubelet;

import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import io.myriapod.types.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the kubelet said at one moment. */
interface Allocations {
  /**
   * The devices of the pod's containers, maybe in parts; empty if the kubelet does not know the
   * pod.
   *
   * @throws ClusterException if it cannot be told which ones are the pod's
   */
  List<Share> of(PodRef pod);

  /** All devices of each resource. */
  Map<String, Set<DeviceId>> pools();
}
