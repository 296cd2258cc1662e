package io.myriapod.agent.flight;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster whose answers are waited for in stages of the operation.
 *
 * @param cluster that is asked
 */
public record ObservedCluster(Cluster cluster, FlightRecorder recorder) implements Cluster {
  @Override
  public Optional<Pod> findPod(String namespace, String name) {
    return recorder.during(
        Stage.CLUSTER,
        "pod %s/%s".formatted(namespace, name),
        () -> cluster.findPod(namespace, name));
  }

  @Override
  public Optional<Pod> findPod(PodRef ref) {
    return recorder.during(Stage.CLUSTER, "pod " + ref, () -> cluster.findPod(ref));
  }

  @Override
  public Optional<Pod> readPod(PodRef ref) {
    return recorder.during(
        Stage.CLUSTER, "pod %s as it is now".formatted(ref), () -> cluster.readPod(ref));
  }

  @Override
  public Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name) {
    return recorder.during(
        Stage.CLUSTER,
        "network %s/%s".formatted(namespace, name),
        () -> cluster.findNetwork(namespace, name));
  }

  @Override
  public void publishStatus(PodRef pod, List<NetworkStatus> status) {
    recorder.during(
        Stage.STATUS,
        "network-status of %s".formatted(pod),
        () -> {
          cluster.publishStatus(pod, status);
          return status;
        });
  }

  @Override
  public void forgetStatus(PodRef pod) {
    cluster.forgetStatus(pod);
  }

  @Override
  public void watchPods(Consumer<PodRef> listener) {
    cluster.watchPods(listener);
  }

  @Override
  public void emit(Event event) {
    cluster.emit(event);
  }
}
