package io.myriapod.kubernetes.kubelet;

import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.PodResources;
import io.myriapod.types.DeviceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the node's kubelet tells of devices, by its socket {@code pod-resources/kubelet.sock}; where
 * it has none or serves it not, by the checkpoint of its device manager.
 *
 * <p>All who ask at the same time share one question: the kubelet answers no more than 100 calls a
 * second, ten at once, to all its clients together. The pools are asked with the devices each time:
 * a device that has just become a pool's must not go to a network that names it. A question takes 4
 * s at the longest, and who comes while one is under way waits for that one as well.
 *
 * <p>Until a kubelet is found nothing of gRPC is loaded. Safe for use by several threads.
 */
public final class KubeletPodResources implements PodResources, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Path socket;
  private final Path checkpoint;
  private final Supplier<KubeletSockets> sockets;
  private final Duration patience;
  private final SharedQuestion<PodRef, Allocations> question = new SharedQuestion<>(this::ask);
  private Optional<PodResourcesCalls> calls = Optional.empty();

  /**
   * @param kubelet the kubelet's folder, {@code /var/lib/kubelet}
   * @param sockets asked when there is a kubelet; stays the caller's
   */
  public KubeletPodResources(Path kubelet, Supplier<KubeletSockets> sockets) {
    this(kubelet, sockets, PATIENCE);
  }

  KubeletPodResources(Path kubelet, Supplier<KubeletSockets> sockets, Duration patience) {
    this.socket = kubelet.resolve("pod-resources/kubelet.sock");
    this.checkpoint = kubelet.resolve("device-plugins/kubelet_internal_checkpoint");
    this.sockets = sockets;
    this.patience = patience;
  }

  @Override
  public Optional<DeviceGrants> of(Optional<PodRef> pod) {
    if (!hasKubelet()) {
      return Optional.empty();
    }
    try {
      Allocations told = question.ask(pod);
      return Optional.of(new DeviceGrants(pod.map(told::of).orElse(List.of()), told.pools()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("wait for the kubelet's answer to others: interrupted", e);
    }
  }

  /** The kubelet makes both folders when it starts, and leaves them when it ends. */
  private boolean hasKubelet() {
    return !Files.notExists(socket.getParent()) || !Files.notExists(checkpoint.getParent());
  }

  private Allocations ask(Set<PodRef> pods) {
    if (Files.notExists(socket)) {
      return checkpointInsteadOf("ask the kubelet for devices: there is no " + socket);
    }
    PodResourcesCalls.Question asked = calls().question();
    try {
      return new ListedPods(asked.pods(pods), pools(asked));
    } catch (NotServedException e) {
      return checkpointInsteadOf(e.getMessage());
    }
  }

  /** A kubelet from before 1.23 may list pods without telling the pools. */
  private Map<String, Set<DeviceId>> pools(PodResourcesCalls.Question asked) {
    try {
      return asked.pools();
    } catch (NotServedException e) {
      return checkpointInsteadOf(e.getMessage()).pools();
    }
  }

  private Checkpoint checkpointInsteadOf(String unanswered) {
    return Checkpoint.read(checkpoint)
        .orElseThrow(() -> new ClusterException("%s, and no %s".formatted(unanswered, checkpoint)));
  }

  private synchronized PodResourcesCalls calls() {
    if (calls.isEmpty()) {
      calls = Optional.of(new PodResourcesCalls(sockets.get().channel(socket), patience));
    }
    return calls.get();
  }

  /** Ends the connection, if there is one. */
  @Override
  public synchronized void close() {
    calls.ifPresent(PodResourcesCalls::close);
  }
}
