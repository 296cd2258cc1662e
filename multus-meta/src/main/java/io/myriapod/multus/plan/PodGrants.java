package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.PodResources;
import io.myriapod.types.DeviceId;
import java.util.List;
import java.util.Optional;

/** What the kubelet says of a pod's devices: asked once, and only if a network takes any. */
final class PodGrants {
  private final PodResources resources;
  private final Optional<PodRef> pod;
  private Optional<DeviceGrants> grants = Optional.empty();
  private boolean asked;

  PodGrants(PodResources resources, Optional<PodRef> pod) {
    this.resources = resources;
    this.pod = pod;
  }

  /** Empty if the node has no kubelet. Throws CniException 11 if it cannot be asked. */
  Optional<DeviceGrants> get() {
    if (!asked) {
      grants = ask();
      asked = true;
    }
    return grants;
  }

  /** All that the pod has, each once. Throws as {@link #get} does. */
  List<DeviceId> all() {
    return get().stream()
        .flatMap(known -> known.shares().stream())
        .flatMap(share -> share.devices().stream())
        .distinct()
        .toList();
  }

  private Optional<DeviceGrants> ask() {
    try {
      return resources.of(pod);
    } catch (ClusterException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "ask the kubelet for the devices of pod \"%s\": %s"
              .formatted(pod.map(PodRef::toString).orElse(""), e.getMessage()),
          "the pod is tried again until the kubelet can be asked",
          e);
    }
  }
}
