package io.myriapod.kubernetes.apiserver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of which objects a client gets the changes, by its requests. Fabric8 itself says so only when the
 * first event of a watch has come: SharedIndexInformer.isWatching() of 7.8.
 */
final class OpenWatches {
  private final Set<String> resources = ConcurrentHashMap.newKeySet();

  /** A watch that ends is followed by another one or by a list. */
  void note(AccessRule access, boolean granted) {
    boolean watch = access.verb().equals("watch");
    if (watch && granted) {
      resources.add(access.resource());
    } else if (watch || access.verb().equals("list")) {
      resources.remove(access.resource());
    }
  }

  /** Whether the last request for changes of these was granted. */
  boolean isOpen(String resource) {
    return resources.contains(resource);
  }
}
