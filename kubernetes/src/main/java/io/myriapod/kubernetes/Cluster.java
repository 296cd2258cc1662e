package io.myriapod.kubernetes;

import io.myriapod.kubernetes.status.NetworkStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where pods and networks are known. Safe for use by many threads.
 *
 * <p>Every lookup throws {@link ClusterException} if the cluster cannot be asked; an empty answer
 * means that the object does not exist.
 */
public interface Cluster {

  /** The pod of that name. */
  Optional<Pod> findPod(String namespace, String name);

  /**
   * As {@link #findPod(String, String)}; an adapter that keeps copies asks anew before it answers
   * with a pod that {@link Pod#mayBe cannot be} the one meant. The caller compares all the same.
   */
  default Optional<Pod> findPod(PodRef ref) {
    return findPod(ref.namespace(), ref.name());
  }

  /** As {@link #findPod(PodRef)}, and no copy that may be older than what the cluster has now. */
  default Optional<Pod> readPod(PodRef ref) {
    return findPod(ref);
  }

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

  /**
   * From now on tells of each pod that is new or whose annotation of networks has changed, once the
   * lookups know. A listener must neither wait nor throw. An adapter whose pods never change has
   * nothing to tell.
   */
  default void watchPods(Consumer<PodRef> listener) {}

  /** Tells people; best effort, never throws. */
  void emit(Event event);
}
