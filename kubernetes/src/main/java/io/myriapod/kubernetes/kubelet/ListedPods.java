package io.myriapod.kubernetes.kubelet;

import io.myriapod.kubelet.podresources.ContainerDevices;
import io.myriapod.kubelet.podresources.ContainerResources;
import io.myriapod.kubelet.podresources.PodResources;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods as the kubelet lists them: by namespace and name, without their uids. */
record ListedPods(List<PodResources> pods, Map<String, Set<DeviceId>> pools)
    implements Allocations {

  @Override
  public List<Share> of(PodRef pod) {
    List<PodResources> named =
        pods.stream()
            .filter(
                one ->
                    one.getNamespace().equals(pod.namespace()) && one.getName().equals(pod.name()))
            .toList();
    if (named.size() > 1) {
      throw new ClusterException(
          "find pod \"%s\" among those that the kubelet lists: there are %d of that name"
              .formatted(pod, named.size()));
    }
    List<Share> shares = new ArrayList<>();
    for (PodResources one : named) {
      for (ContainerResources container : one.getContainersList()) {
        for (ContainerDevices part : container.getDevicesList()) {
          shares.add(
              Share.of(container.getName(), part.getResourceName(), part.getDeviceIdsList()));
        }
      }
    }
    return shares;
  }
}
