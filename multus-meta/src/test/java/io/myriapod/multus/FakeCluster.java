package io.myriapod.multus;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster in maps. */
final class FakeCluster implements Cluster {
  final Map<String, Pod> pods = new HashMap<>();

  /** What lookups see of a pod, where that is older than {@link #pods}. */
  final Map<String, Pod> cached = new HashMap<>();

  final Map<String, NetworkAttachmentDefinition> networks = new HashMap<>();
  final Map<String, List<NetworkStatus>> statuses = new HashMap<>();
  final List<Event> events = new ArrayList<>();
  boolean canBeAsked = true;
  boolean canBeTold = true;

  @Override
  public Optional<Pod> findPod(String namespace, String name) {
    requireAsked();
    String key = namespace + "/" + name;
    return Optional.ofNullable(cached.getOrDefault(key, pods.get(key)));
  }

  @Override
  public Optional<Pod> readPod(PodRef ref) {
    requireAsked();
    return Optional.ofNullable(pods.get(ref.toString()));
  }

  @Override
  public Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name) {
    requireAsked();
    return Optional.ofNullable(networks.get(namespace + "/" + name));
  }

  private void requireAsked() {
    if (!canBeAsked) {
      throw new ClusterException("ask the cluster: refused", new IOException("refused"));
    }
  }

  @Override
  public void publishStatus(PodRef pod, List<NetworkStatus> status) {
    if (!canBeTold) {
      throw new ClusterException("write the status: refused", new IOException("refused"));
    }
    statuses.put(pod.toString(), status);
  }

  @Override
  public void forgetStatus(PodRef pod) {
    statuses.remove(pod.toString());
  }

  @Override
  public void emit(Event event) {
    events.add(event);
  }
}
