package io.myriapod.agent.service;

import io.myriapod.kubernetes.kubelet.KubeletPodResources;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The way to the node's kubelet. Its sockets are made when somebody first needs them: a node may
 * have no kubelet, and gRPC costs a start that much.
 */
final class KubeletLink implements AutoCloseable {
  private final KubeletPodResources podResources;
  private Optional<KubeletSockets> sockets = Optional.empty();

  /**
   * @param folder of the kubelet; may be absent, or come later
   */
  KubeletLink(Path folder) {
    this.podResources = new KubeletPodResources(folder, this::sockets);
  }

  KubeletPodResources podResources() {
    return podResources;
  }

  /** Those that all who talk to the kubelet share. */
  synchronized KubeletSockets sockets() {
    if (sockets.isEmpty()) {
      sockets = Optional.of(new KubeletSockets());
    }
    return sockets.get();
  }

  @Override
  public void close() {
    podResources.close();
    closeSockets();
  }

  private synchronized void closeSockets() {
    sockets.ifPresent(KubeletSockets::close);
  }
}
