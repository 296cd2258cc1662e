package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import java.util.Optional;
import java.util.function.Function;

/** Finds the very pod that the runtime means. */
record PodLookup(Cluster cluster) {
  /** Throws CniException 110 if the cluster has none or another one, 11 if it cannot be asked. */
  Pod find(PodRef ref) {
    return required(ref, cluster::findPod);
  }

  /** The same, and as the cluster has it now: a cache may be older than what was seen before. */
  Pod read(PodRef ref) {
    return required(ref, cluster::readPod);
  }

  private static Pod required(PodRef ref, Function<PodRef, Optional<Pod>> lookup) {
    Pod found =
        ask(ref, lookup)
            .orElseThrow(
                () ->
                    new CniException(
                        ErrorCode.POD_NOT_FOUND,
                        "look up pod \"%s\": the cluster has none".formatted(ref),
                        "a pod is never started without the networks that it may ask for"));
    if (!found.mayBe(ref.uid())) {
      throw new CniException(
          ErrorCode.POD_NOT_FOUND,
          "look up pod \"%s\": its uid is %s, the runtime's is %s"
              .formatted(ref, found.uid().orElse(""), ref.uid().orElse("")),
          "the pod was replaced by one of the same name");
    }
    return found;
  }

  private static Optional<Pod> ask(PodRef ref, Function<PodRef, Optional<Pod>> lookup) {
    try {
      return lookup.apply(ref);
    } catch (ClusterException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "look up pod \"%s\": %s".formatted(ref, e.getMessage()),
          "the pod is tried again until the cluster can be asked",
          e);
    }
  }
}
