package io.myriapod.multus.plan;

import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a running pod's annotation asks for that it does not have, and what it has that the
 * annotation asks for no longer. What stands and is still wanted is in neither.
 *
 * @param added in the order of the annotation
 * @param removed interfaces to be detached
 * @param findings on the annotation, one sentence each
 */
public record PodDifference(
    Pod pod, List<NetworkSelection> added, Set<InterfaceName> removed, List<String> findings) {
  /** Copies the collections. */
  public PodDifference {
    added = List.copyOf(added);
    removed = Set.copyOf(removed);
    findings = List.copyOf(findings);
  }

  /** Whether the pod has what it asks for. */
  public boolean isNone() {
    return added.isEmpty() && removed.isEmpty();
  }

  /**
   * Elements with a name choose first, by that name. The others take, in their order, what stands
   * of their network: first what was attached without a name, so that its name stays.
   */
  static PodDifference of(
      Pod pod, List<NetworkSelection> wanted, List<StandingNetwork> standing, List<String> found) {
    List<StandingNetwork> left = new ArrayList<>(standing);
    left.sort(Comparator.comparing(PodDifference::wasNamed));
    List<NetworkSelection> added = new ArrayList<>(wanted);
    added.removeIf(one -> one.interfaceName().isPresent() && takes(one, left));
    added.removeIf(one -> one.interfaceName().isEmpty() && takes(one, left));
    Set<InterfaceName> removed =
        left.stream()
            .filter(one -> one.element().isPresent())
            .map(StandingNetwork::name)
            .collect(Collectors.toSet());
    return new PodDifference(pod, added, removed, found);
  }

  private static boolean wasNamed(StandingNetwork standing) {
    return standing.element().flatMap(AnnotationElement::name).isPresent();
  }

  private static boolean takes(NetworkSelection wanted, List<StandingNetwork> left) {
    AnnotationElement element = AnnotationElement.of(wanted);
    Predicate<StandingNetwork> fits = one -> one.satisfies(element);
    return left.stream().filter(fits).findFirst().map(left::remove).orElse(false);
  }
}
