package io.myriapod.deviceplugin.kubelet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.kubelet.deviceplugin.AllocateRequest;
import io.myriapod.kubelet.deviceplugin.AllocateResponse;
import io.myriapod.kubelet.deviceplugin.ContainerPreferredAllocationRequest;
import io.myriapod.kubelet.deviceplugin.ContainerPreferredAllocationResponse;
import io.myriapod.kubelet.deviceplugin.DevicePluginGrpc;
import io.myriapod.kubelet.deviceplugin.DevicePluginOptions;
import io.myriapod.kubelet.deviceplugin.Empty;
import io.myriapod.kubelet.deviceplugin.ListAndWatchResponse;
import io.myriapod.kubelet.deviceplugin.PreStartContainerRequest;
import io.myriapod.kubelet.deviceplugin.PreStartContainerResponse;
import io.myriapod.kubelet.deviceplugin.PreferredAllocationRequest;
import io.myriapod.kubelet.deviceplugin.PreferredAllocationResponse;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the kubelet's calls for one resource, over whichever sockets they come. A pool may be
 * replaced by another of the same resource. Safe for use by many threads.
 */
final class PoolServer extends DevicePluginGrpc.DevicePluginImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(PoolServer.class);

  /** The kubelet asks for one. */
  private static final int MOST_CONTAINERS = 256;

  private final ResourceName resource;
  private final ListStreams streams;
  private final KubeletListener listener;
  private final Outstanding calls = new Outstanding();
  private final AtomicBoolean refreshDue = new AtomicBoolean();
  private volatile Pool pool;

  /**
   * @param streamsChanged run when a ListAndWatch stream began or ended
   */
  PoolServer(Pool pool, KubeletListener listener, Runnable streamsChanged) {
    this.resource = pool.resource();
    this.pool = pool;
    this.listener = listener;
    this.streams = new ListStreams(resource, () -> this.pool.devices(), streamsChanged);
  }

  ResourceName resource() {
    return resource;
  }

  Pool pool() {
    return pool;
  }

  ListStreams streams() {
    return streams;
  }

  /** The calls that do something to devices. */
  Outstanding calls() {
    return calls;
  }

  /** The list may be another; it is read, and sent if so, on that executor. */
  void changed(Executor refreshing) {
    if (refreshDue.compareAndSet(false, true)) {
      refreshing.execute(
          () -> {
            refreshDue.set(false);
            streams.refresh();
          });
    }
  }

  /** From now on that pool is asked; its list goes out. */
  void replace(Pool next) {
    pool = next;
    streams.refresh();
  }

  /** What the kubelet is told when it connects, and in legacy mode when it is called. */
  DevicePluginOptions options() {
    return DevicePluginOptions.newBuilder()
        .setPreStartRequired(pool.needsPreStart())
        .setGetPreferredAllocationAvailable(true)
        .build();
  }

  @Override
  public void getDevicePluginOptions(Empty request, StreamObserver<DevicePluginOptions> answer) {
    answer("tell the options of " + resource, answer, this::options);
  }

  @Override
  public void listAndWatch(Empty request, StreamObserver<ListAndWatchResponse> answer) {
    try {
      streams.open((ServerCallStreamObserver<ListAndWatchResponse>) answer);
    } catch (RuntimeException e) {
      answer.onError(CallStatus.of("list the devices of " + resource, e).asRuntimeException());
    }
  }

  @Override
  public void getPreferredAllocation(
      PreferredAllocationRequest request, StreamObserver<PreferredAllocationResponse> answer) {
    String attempt = "choose devices of " + resource;
    answer(
        attempt,
        answer,
        () -> {
          requireFew(attempt, request.getContainerRequestsCount());
          PreferredAllocationResponse.Builder choices = PreferredAllocationResponse.newBuilder();
          for (ContainerPreferredAllocationRequest one : request.getContainerRequestsList()) {
            choices.addContainerResponses(
                ContainerPreferredAllocationResponse.newBuilder()
                    .addAllDeviceIDs(prefer(attempt, one)));
          }
          return choices.build();
        });
  }

  private static void requireFew(String attempt, int containers) {
    if (containers > MOST_CONTAINERS) {
      throw new BadRequestException(
          "%s: the request is for %d containers, want no more than %d"
              .formatted(attempt, containers, MOST_CONTAINERS));
    }
  }

  private Iterable<String> prefer(String attempt, ContainerPreferredAllocationRequest one) {
    return Preference.choose(
        pool.policy(),
        pool.devices(),
        new Preference.Wish(
            attempt,
            one.getAvailableDeviceIDsList(),
            one.getMustIncludeDeviceIDsList(),
            one.getAllocationSize()));
  }

  @Override
  public void allocate(AllocateRequest request, StreamObserver<AllocateResponse> answer) {
    String devices = RequestedDevices.show(AllocateCall.ids(request));
    String attempt = "allocate %s of %s".formatted(devices, resource);
    long start = System.nanoTime();
    Status status = answerCounted(attempt, answer, () -> AllocateCall.run(attempt, pool, request));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    listener.allocated(resource, CallStatus.outcome(status), took);
    if (status.isOk()) {
      LOG.info("allocated {} of {} in {} ms", devices, resource, took.toMillis());
    } else {
      LOG.info("{}; refused after {} ms", status.getDescription(), took.toMillis());
    }
  }

  @Override
  public void preStartContainer(
      PreStartContainerRequest request, StreamObserver<PreStartContainerResponse> answer) {
    String attempt =
        "start a container with %s of %s"
            .formatted(RequestedDevices.show(request.getDevicesIdsList()), resource);
    answerCounted(
        attempt,
        answer,
        () -> {
          Pool asked = pool;
          asked.requireReady(
              RequestedDevices.parse(attempt, request.getDevicesIdsList(), asked.devices().size()));
          return PreStartContainerResponse.getDefaultInstance();
        });
  }

  private <T> Status answerCounted(String attempt, StreamObserver<T> answer, Supplier<T> work) {
    calls.begin();
    try {
      return answer(attempt, answer, work);
    } finally {
      calls.end();
    }
  }

  private static <T> Status answer(String attempt, StreamObserver<T> answer, Supplier<T> work) {
    T message;
    try {
      message = work.get();
    } catch (RuntimeException e) {
      Status status = CallStatus.of(attempt, e);
      answer.onError(status.asRuntimeException());
      return status;
    }
    answer.onNext(message);
    answer.onCompleted();
    return Status.OK;
  }
}
