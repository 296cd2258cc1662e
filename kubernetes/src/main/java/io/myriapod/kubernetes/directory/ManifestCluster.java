package io.myriapod.kubernetes.directory;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of the objects of some files, of which the later win. Nothing can be told to it. */
public final class ManifestCluster implements Cluster {
  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<String, NetworkAttachmentDefinition> networks = new HashMap<>();

  /** Throws {@link IllegalArgumentException} that says what is wrong with one of them. */
  public ManifestCluster(List<PlacedObject> objects) {
    for (PlacedObject object : objects) {
      object.pod().ifPresent(pod -> pods.put(pod.ref().toString(), pod));
      object.network().ifPresent(network -> networks.put(network.qualifiedName(), network));
    }
  }

  @Override
  public Optional<Pod> findPod(String namespace, String name) {
    return Optional.ofNullable(pods.get(namespace + "/" + name));
  }

  @Override
  public Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name) {
    return Optional.ofNullable(networks.get(namespace + "/" + name));
  }

  @Override
  public void publishStatus(PodRef pod, List<NetworkStatus> status) {
    throw new UnsupportedOperationException("files of somebody else are not written");
  }

  @Override
  public void forgetStatus(PodRef pod) {
    throw new UnsupportedOperationException("files of somebody else are not written");
  }

  @Override
  public void emit(Event event) {
    // nobody listens
  }
}
