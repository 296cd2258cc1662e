package io.myriapod.kubernetes;

import io.myriapod.kubernetes.status.NetworkStatus;
import java.util.List;
import java.util.Optional;

/**
 * Where pods and networks are known. Safe for use by many threads.
 *
 * <p>Every lookup throws {@link ClusterException} if the cluster cannot be asked; an empty answer
 * means that the object does not exist.
 */
public interface Cluster {

  /** The pod of that name. */
  Optional<Pod> findPod(String namespace, String name);

  /** The NetworkAttachmentDefinition of that name. */
  Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name);

  /**
   * Makes these the pod's {@code k8s.v1.cni.cncf.io/network-status}, the default network first.
   *
   * @throws ClusterException if it was not stored
   */
  void publishStatus(PodRef pod, List<NetworkStatus> status);

  /**
   * The pod's last sandbox is gone: drops what {@link #publishStatus} keeps outside of the pod
   * object itself. Nothing to drop is fine.
   *
   * @throws ClusterException if it is still there
   */
  void forgetStatus(PodRef pod);

  /** Tells people; best effort, never throws. */
  void emit(Event event);
}
