package io.myriapod.multus.config;

import java.util.Set;

/**
 * Keys {@code namespaceIsolation} and {@code globalNamespaces}: pods may use the networks of their
 * own namespace and of the global ones only.
 */
public record Isolation(boolean enabled, Set<String> globalNamespaces) {
  /** Copies the set. */
  public Isolation {
    globalNamespaces = Set.copyOf(globalNamespaces);
  }

  /** Whether a pod of that namespace may use networks of this one. */
  public boolean allows(String podNamespace, String networkNamespace) {
    return !enabled
        || podNamespace.equals(networkNamespace)
        || globalNamespaces.contains(networkNamespace);
  }
}
