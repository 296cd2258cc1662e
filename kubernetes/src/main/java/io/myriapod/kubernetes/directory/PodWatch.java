package io.myriapod.kubernetes.directory;

import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells which pods ask for other networks than at the look before. Every lookup is one: what an ADD
 * has seen must not be passed over because it is gone again.
 */
final class PodWatch {
  private final Consumer<PodRef> listener;
  private Map<String, NodePod> before = Map.of();

  PodWatch(Consumer<PodRef> listener) {
    this.listener = listener;
  }

  /** This is how things stand now. */
  synchronized void look(Manifests now) {
    if (now.pods() != before) {
      now.pods().forEach(this::compare);
      before = now.pods();
    }
  }

  private void compare(String name, NodePod node) {
    Pod pod = node.pod();
    Optional<String> former =
        Optional.ofNullable(before.get(name)).map(NodePod::pod).map(NetworksAnnotation::of);
    if (!former.equals(Optional.of(NetworksAnnotation.of(pod)))) {
      listener.accept(pod.ref());
    }
  }
}
