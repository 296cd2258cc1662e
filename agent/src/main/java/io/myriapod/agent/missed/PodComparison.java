package io.myriapod.agent.missed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.agent.missed.Difference.Reason;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.annotation.Dialect;
import io.myriapod.kubernetes.annotation.InvalidAnnotationException;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what a pod asks for with what the journal has of it. Whatever may just be changing is
 * left out: a pod that starts or ends, an ADD or DEL under way. So are pods of the node's network.
 */
final class PodComparison {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Where Multus looks for a default network of which the annotation names no namespace. */
  private static final String KUBE_SYSTEM = "kube-system";

  private PodComparison() {}

  /**
   * What differs.
   *
   * @param records of the pod and of this boot, of whichever of its sandboxes
   * @param boot when the machine was started: what a kubelet said before is out of date
   */
  static List<Difference> of(NodePod pod, List<AttachmentRecord> records, Instant boot) {
    boolean ends = pod.reported() && pod.runningSince().isEmpty();
    boolean changes = records.stream().anyMatch(each -> each.phase() != RecordPhase.ATTACHED);
    if (pod.hostNetwork() || ends || changes) {
      return List.of();
    }
    try {
      if (records.isEmpty()) {
        boolean runs = pod.runningSince().filter(boot::isBefore).isPresent();
        return runs ? unknown(pod) : List.of();
      }
      return compared(pod, youngest(records));
    } catch (InvalidAnnotationException e) {
      return List.of(
          new Difference(pod.pod().ref(), Reason.UNREADABLE, e.getMessage(), Optional.empty()));
    }
  }

  private static List<NetworkSelection> selections(NodePod pod, String key, String namespace) {
    return pod.pod()
        .annotation(key)
        .map(text -> NetworksAnnotation.parse(text, namespace, Dialect.MULTUS).selections())
        .orElse(List.of());
  }

  private static List<NetworkSelection> wanted(NodePod pod) {
    return selections(pod, NetworksAnnotation.KEY, pod.pod().namespace());
  }

  /** What another meta-plugin attached and published is there, although the journal knows none. */
  private static List<Difference> unknown(NodePod pod) {
    Set<String> published = published(pod);
    List<NetworkSelection> wanted =
        new ArrayList<>(selections(pod, NetworksAnnotation.DEFAULT_NETWORK_KEY, KUBE_SYSTEM));
    wanted.addAll(wanted(pod));
    return wanted.stream()
        .filter(selection -> !published.contains(selection.qualifiedName()))
        .map(selection -> missed(pod, Reason.POD_UNKNOWN, selection))
        .distinct()
        .toList();
  }

  private static Set<String> published(NodePod pod) {
    Set<String> names = new HashSet<>();
    try {
      JsonNode status = JSON.readTree(pod.pod().annotation(NetworkStatus.ANNOTATION).orElse("[]"));
      status.forEach(network -> names.add(network.path("name").asText()));
    } catch (JsonProcessingException e) {
      return Set.of();
    }
    return names;
  }

  private static Difference missed(NodePod pod, Reason reason, NetworkSelection selection) {
    return new Difference(
        pod.pod().ref(), reason, selection.qualifiedName(), selection.interfaceName());
  }

  /** Those of the sandbox made last: an older one of the same pod waits for its DEL. */
  private static List<AttachmentRecord> youngest(List<AttachmentRecord> records) {
    ContainerId container =
        records.stream()
            .max(Comparator.comparing(AttachmentRecord::sequence))
            .orElseThrow()
            .key()
            .container();
    return records.stream()
        .filter(record -> record.part().isEmpty() && record.key().container().equals(container))
        .filter(record -> !isDefault(record))
        .toList();
  }

  /** The ADD has validated it, and it cannot be changed later. */
  private static boolean isDefault(AttachmentRecord record) {
    return record.text("sandboxInterface").filter(nameOf(record)::equals).isPresent();
  }

  private static String nameOf(AttachmentRecord record) {
    return record.key().interfaceName().value();
  }

  /** Those that name an interface choose first; others take any of their network's. */
  private static List<Difference> compared(NodePod pod, List<AttachmentRecord> attached) {
    List<AttachmentRecord> left = new ArrayList<>(attached);
    List<Difference> differences = new ArrayList<>();
    wanted(pod).stream()
        .sorted(Comparator.comparing(selection -> selection.interfaceName().isEmpty()))
        .forEach(
            selection ->
                left.stream()
                    .filter(record -> isOf(selection, record))
                    .findFirst()
                    .ifPresentOrElse(
                        left::remove,
                        () -> differences.add(missed(pod, Reason.NOT_ATTACHED, selection))));
    left.forEach(record -> differences.add(notNamed(pod, record)));
    return differences.stream().distinct().toList();
  }

  private static boolean isOf(NetworkSelection selection, AttachmentRecord record) {
    InterfaceName name = record.key().interfaceName();
    return definition(record).equals(selection.qualifiedName())
        && selection.interfaceName().map(name::equals).orElse(true);
  }

  private static String definition(AttachmentRecord record) {
    return record.text("definition").orElse("");
  }

  private static Difference notNamed(NodePod pod, AttachmentRecord record) {
    return new Difference(
        pod.pod().ref(),
        Reason.NOT_NAMED,
        definition(record),
        Optional.of(record.key().interfaceName()));
  }
}
