package io.myriapod.multus.plan;

import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * A network that a running pod has besides its default ones.
 *
 * @param element of the annotation that asked for it; absent if somebody else attached it, whose it
 *     stays
 */
public record StandingNetwork(InterfaceName name, Optional<AnnotationElement> element) {
  /** Whether the element is satisfied by it. One without a name takes any. */
  boolean satisfies(AnnotationElement wanted) {
    boolean named = wanted.name().isEmpty() || wanted.name().get().equals(name);
    boolean alike = element.map(wanted::isAlike).orElse(wanted.name().isPresent());
    return named && alike;
  }
}
