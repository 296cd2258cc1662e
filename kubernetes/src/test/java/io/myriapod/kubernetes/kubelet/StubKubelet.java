package io.myriapod.kubernetes.kubelet;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.myriapod.kubelet.podresources.AllocatableResourcesRequest;
import io.myriapod.kubelet.podresources.AllocatableResourcesResponse;
import io.myriapod.kubelet.podresources.ContainerDevices;
import io.myriapod.kubelet.podresources.ContainerResources;
import io.myriapod.kubelet.podresources.GetPodResourcesRequest;
import io.myriapod.kubelet.podresources.GetPodResourcesResponse;
import io.myriapod.kubelet.podresources.ListPodResourcesRequest;
import io.myriapod.kubelet.podresources.ListPodResourcesResponse;
import io.myriapod.kubelet.podresources.PodResources;
import io.myriapod.kubelet.podresources.PodResourcesListerGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A kubelet's PodResources with prepared answers, also those that a real one gives seldom. */
final class StubKubelet implements AutoCloseable {
  /** Calls in their order, by method. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  final List<PodResources> pods = new ArrayList<>();
  final List<ContainerDevices> pools = new ArrayList<>();
  private final Map<String, Queue<Status>> once = new HashMap<>();
  private final Map<String, Status> always = new HashMap<>();
  private final List<String> hanging = new CopyOnWriteArrayList<>();
  private final KubeletSockets sockets = new KubeletSockets();
  private final Path socket;
  private Server server;

  StubKubelet(Path folder) throws IOException {
    this.socket = folder.resolve("pod-resources/kubelet.sock");
    Files.createDirectories(socket.getParent());
    start();
  }

  void start() {
    try {
      server = sockets.serve(socket, List.of(new Lister()));
    } catch (IOException e) {
      throw new UncheckedIOException("serve " + socket, e);
    }
  }

  void stop() {
    server.shutdownNow();
  }

  /** The method answers so, once for each status, before it answers properly. */
  void refuse(String method, Status... statuses) {
    once.computeIfAbsent(method, name -> new ArrayDeque<>()).addAll(List.of(statuses));
  }

  void refuseAlways(String method, Status status) {
    always.put(method, status);
  }

  /** The method never answers, until {@link #wake}. */
  void hang(String method) {
    hanging.add(method);
  }

  void wake() {
    hanging.clear();
  }

  static PodResources pod(String name, ContainerResources... containers) {
    return PodResources.newBuilder()
        .setNamespace("apps")
        .setName(name)
        .addAllContainers(List.of(containers))
        .build();
  }

  static ContainerResources container(String name, ContainerDevices... parts) {
    return ContainerResources.newBuilder().setName(name).addAllDevices(List.of(parts)).build();
  }

  static ContainerDevices devices(String resource, String... ids) {
    return ContainerDevices.newBuilder()
        .setResourceName(resource)
        .addAllDeviceIds(List.of(ids))
        .build();
  }

  @Override
  public void close() {
    stop();
    sockets.close();
  }

  private final class Lister extends PodResourcesListerGrpc.PodResourcesListerImplBase {
    @Override
    public void list(
        ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> answer) {
      answer(
          "List", answer, ListPodResourcesResponse.newBuilder().addAllPodResources(pods).build());
    }

    @Override
    public void get(
        GetPodResourcesRequest request, StreamObserver<GetPodResourcesResponse> answer) {
      GetPodResourcesResponse.Builder found = GetPodResourcesResponse.newBuilder();
      pods.stream()
          .filter(
              pod ->
                  pod.getName().equals(request.getPodName())
                      && pod.getNamespace().equals(request.getPodNamespace()))
          .forEach(found::setPodResources);
      if (!found.hasPodResources()) {
        refuse("Get", Status.UNKNOWN.withDescription("pod p in namespace n not found"));
      }
      answer("Get", answer, found.build());
    }

    @Override
    public void getAllocatableResources(
        AllocatableResourcesRequest request, StreamObserver<AllocatableResourcesResponse> answer) {
      answer(
          "GetAllocatableResources",
          answer,
          AllocatableResourcesResponse.newBuilder().addAllDevices(pools).build());
    }

    private <T> void answer(String method, StreamObserver<T> answer, T value) {
      calls.add(method);
      if (hanging.contains(method)) {
        return;
      }
      Queue<Status> first = once.getOrDefault(method, new ArrayDeque<>());
      if (!first.isEmpty()) {
        answer.onError(first.remove().asRuntimeException());
      } else if (always.containsKey(method)) {
        answer.onError(always.get(method).asRuntimeException());
      } else {
        answer.onNext(value);
        answer.onCompleted();
      }
    }
  }
}
