package io.myriapod.kubernetes.directory;

import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The objects of one file or of a whole folder, by {@code namespace/name}. */
record Manifests(Map<String, NodePod> pods, Map<String, NetworkAttachmentDefinition> networks) {
  static final Manifests NONE = new Manifests(Map.of(), Map.of());

  Manifests {
    pods = Map.copyOf(pods);
    networks = Map.copyOf(networks);
  }

  /** Objects of the later file win, as when {@code kubectl apply} goes through a folder. */
  static Manifests merged(Iterable<Manifests> inFileOrder) {
    Map<String, NodePod> pods = new HashMap<>();
    Map<String, NetworkAttachmentDefinition> networks = new HashMap<>();
    for (Manifests file : inFileOrder) {
      pods.putAll(file.pods);
      networks.putAll(file.networks);
    }
    return new Manifests(pods, networks);
  }

  Optional<Pod> pod(String namespace, String name) {
    return Optional.ofNullable(pods.get(namespace + "/" + name)).map(NodePod::pod);
  }

  Optional<NetworkAttachmentDefinition> network(String namespace, String name) {
    return Optional.ofNullable(networks.get(namespace + "/" + name));
  }
}
