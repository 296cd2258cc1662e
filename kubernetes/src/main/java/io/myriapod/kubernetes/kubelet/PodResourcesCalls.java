package io.myriapod.kubernetes.kubelet;

import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.myriapod.kubelet.podresources.AllocatableResourcesRequest;
import io.myriapod.kubelet.podresources.ContainerDevices;
import io.myriapod.kubelet.podresources.GetPodResourcesRequest;
import io.myriapod.kubelet.podresources.GetPodResourcesResponse;
import io.myriapod.kubelet.podresources.ListPodResourcesRequest;
import io.myriapod.kubelet.podresources.PodResources;
import io.myriapod.kubelet.podresources.PodResourcesListerGrpc;
import io.myriapod.kubelet.podresources.PodResourcesListerGrpc.PodResourcesListerBlockingStub;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The calls of {@code podresources/v1} on a kubelet's socket. What passes by itself is tried again
 * until the question's deadline: a kubelet that restarts, and its limit of 100 calls a second for
 * all its clients together.
 */
final class PodResourcesCalls implements AutoCloseable {
  private static final int FIRST_PAUSE_MILLIS = 10;
  private static final int LONGEST_PAUSE_MILLIS = 320;
  private static final int SHOWN = 300;

  private final ManagedChannel channel;
  private final Duration patience;
  private volatile boolean getIsServed = true;

  /**
   * @param patience for one question, all its calls together
   */
  PodResourcesCalls(ManagedChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /** Begins one: its deadline counts from here. */
  Question question() {
    return new Question();
  }

  /** The calls of one question, which have one deadline. */
  final class Question {
    private final Deadline deadline = Deadline.after(patience.toMillis(), TimeUnit.MILLISECONDS);

    /**
     * The pods of the node, at least these. One pod alone is asked for by {@code Get}, of which the
     * kubelet makes less, until the kubelet turns out not to serve it.
     *
     * @throws ClusterException if there is no answer in time
     * @throws NotServedException by a kubelet before 1.20
     */
    List<PodResources> pods(Set<PodRef> wanted) throws NotServedException {
      if (wanted.isEmpty()) {
        return List.of();
      }
      Optional<List<PodResources>> alone =
          wanted.size() == 1 && getIsServed ? get(wanted.iterator().next()) : Optional.empty();
      return alone.isPresent() ? alone.get() : list();
    }

    private List<PodResources> list() throws NotServedException {
      ListPodResourcesRequest request = ListPodResourcesRequest.getDefaultInstance();
      try {
        return call(stub -> stub.list(request)).getPodResourcesList();
      } catch (StatusRuntimeException e) {
        throw unanswered("List", e);
      }
    }

    /** Empty if {@code List} has to be asked. */
    private Optional<List<PodResources>> get(PodRef pod) throws NotServedException {
      GetPodResourcesRequest request =
          GetPodResourcesRequest.newBuilder()
              .setPodNamespace(pod.namespace())
              .setPodName(pod.name())
              .build();
      try {
        GetPodResourcesResponse answer = call(stub -> stub.get(request));
        return Optional.of(
            answer.hasPodResources() ? List.of(answer.getPodResources()) : List.of());
      } catch (StatusRuntimeException e) {
        if (isNotServed(e)) {
          getIsServed = false;
          return Optional.empty();
        }
        return switch (e.getStatus().getCode()) {
          case UNKNOWN, NOT_FOUND -> Optional.empty(); // of that pod: the list says so for certain
          default -> throw unanswered("Get", e);
        };
      }
    }

    /**
     * All devices that can be given to pods, by resource.
     *
     * @throws ClusterException if there is no answer in time
     * @throws NotServedException by a kubelet before 1.23, or one that was told so
     */
    Map<String, Set<DeviceId>> pools() throws NotServedException {
      AllocatableResourcesRequest request = AllocatableResourcesRequest.getDefaultInstance();
      try {
        Map<String, Set<DeviceId>> pools = new HashMap<>();
        for (ContainerDevices part :
            call(stub -> stub.getAllocatableResources(request)).getDevicesList()) {
          pools
              .computeIfAbsent(part.getResourceName(), name -> new HashSet<>())
              .addAll(DeviceGrants.ids(part.getDeviceIdsList()));
        }
        return pools;
      } catch (StatusRuntimeException e) {
        throw unanswered("GetAllocatableResources", e);
      }
    }

    private <T> T call(Function<PodResourcesListerBlockingStub, T> method) {
      Optional<StatusRuntimeException> refusal = Optional.empty();
      for (int pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
        try {
          return method.apply(
              PodResourcesListerGrpc.newBlockingStub(channel).withDeadline(deadline));
        } catch (StatusRuntimeException e) {
          if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            throw refusal.orElse(e); // which says why there was no answer before
          }
          if (!passes(e) || !sleptWithin(pause)) {
            throw e;
          }
          refusal = Optional.of(e);
          channel.resetConnectBackoff(); // gRPC's own grows to minutes
        }
      }
    }

    /** False if the deadline comes before, or the thread is to end. */
    private boolean sleptWithin(int pause) {
      int millis = ThreadLocalRandom.current().nextInt(pause) + 1;
      if (deadline.timeRemaining(TimeUnit.MILLISECONDS) <= millis) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private ClusterException unanswered(String method, StatusRuntimeException e)
        throws NotServedException {
      String finding = Quoted.oneLine(e.getStatus().getCode() + ": " + told(e), SHOWN);
      String message = "ask the kubelet by %s: %s".formatted(method, finding);
      if (isNotServed(e)) {
        throw new NotServedException(message);
      }
      return new ClusterException(message, e);
    }
  }

  private static boolean passes(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case RESOURCE_EXHAUSTED, UNAVAILABLE -> true;
      default -> false;
    };
  }

  /** Unknown to an old kubelet, or behind a feature gate: kubelet's server_v1.go. */
  private static boolean isNotServed(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case UNIMPLEMENTED -> true;
      case UNKNOWN -> told(e).endsWith(" disabled");
      default -> false;
    };
  }

  private static String told(StatusRuntimeException e) {
    return Optional.ofNullable(e.getStatus().getDescription()).orElse("");
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
