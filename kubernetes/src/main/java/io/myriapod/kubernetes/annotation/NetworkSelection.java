package io.myriapod.kubernetes.annotation;

import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * One network that a pod asks for.
 *
 * @param namespace of the definition; the pod's own where the annotation names none
 */
public record NetworkSelection(
    String namespace,
    String name,
    Optional<InterfaceName> interfaceName,
    SelectionOptions options) {

  /** {@code namespace/name}. */
  public String qualifiedName() {
    return namespace + "/" + name;
  }
}
