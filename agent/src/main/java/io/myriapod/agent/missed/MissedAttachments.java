package io.myriapod.agent.missed;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.missed.Difference.Reason;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.NodePods;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.attach.AttachmentFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then for running pods that lack networks: each pod gets one event for what it
 * lacks, and a metric counts. A difference counts when three looks on end have found it; while the
 * cluster's pods are not known, nothing is said and nothing forgotten.
 */
public final class MissedAttachments {
  private static final Logger LOG = LoggerFactory.getLogger(MissedAttachments.class);
  private static final int LOOKS_UNTIL_BELIEVED = 3;
  private static final int MOST_NAMED = 8;
  private static final int MOST_SERIES = 500;
  private static final String OTHER = "other";

  private final Journal journal;
  private final NodePods pods;
  private final Consumer<Event> people;
  private final Supplier<Instant> boot;
  private final Map<Difference, Integer> seen = new HashMap<>();
  private final Set<Difference> told = new HashSet<>();
  private volatile Map<List<String>, Long> counts = Map.of();

  /**
   * Looks through these.
   *
   * @param boot when the machine was started
   */
  public MissedAttachments(
      Journal journal, NodePods pods, Consumer<Event> people, Supplier<Instant> boot) {
    this.journal = journal;
    this.pods = pods;
    this.people = people;
    this.boot = boot;
  }

  /** Shows what the last look believed. */
  public void showIn(AgentMetrics metrics) {
    metrics.gauge(
        "myriapod_attachment_differences",
        "Networks in which the annotations of running pods and the journal differ.",
        List.of("reason", "network"),
        () -> counts);
  }

  /** One look. Not for two threads at once. */
  public void look() {
    List<NodePod> known;
    try {
      known = pods.pods(); // before the journal: whoever runs by now is in there
    } catch (ClusterException e) {
      LOG.debug("look for missed attachments: {}", e.getMessage());
      return;
    }
    Set<Difference> now = differences(known);
    seen.keySet().retainAll(now);
    now.forEach(difference -> seen.merge(difference, 1, Integer::sum));
    Set<Difference> believed = new HashSet<>(now);
    believed.removeIf(difference -> seen.get(difference) < LOOKS_UNTIL_BELIEVED);
    told.retainAll(believed);
    believed.stream()
        .filter(difference -> difference.isMissed() && !told.contains(difference))
        .collect(groupingBy(Difference::pod, groupingBy(Difference::reason)))
        .forEach((pod, byReason) -> byReason.forEach((reason, of) -> tell(pod, reason, of)));
    told.addAll(believed);
    counts = counted(believed);
  }

  private Set<Difference> differences(List<NodePod> known) {
    Map<String, List<AttachmentRecord>> records = new HashMap<>();
    for (AttachmentRecord record : journal.all()) {
      if (record.bootId().equals(journal.bootId())) {
        AttachmentFacts.pod(record)
            .ifPresent(
                pod ->
                    records.computeIfAbsent(pod.toString(), name -> new ArrayList<>()).add(record));
      }
    }
    Instant booted = boot.get();
    Set<Difference> found = new HashSet<>();
    for (NodePod pod : known) {
      List<AttachmentRecord> own =
          records.getOrDefault(pod.pod().ref().toString(), List.of()).stream()
              .filter(record -> isOf(pod, record))
              .toList();
      found.addAll(PodComparison.of(pod, own, booted));
    }
    return found;
  }

  private static boolean isOf(NodePod pod, AttachmentRecord record) {
    return AttachmentFacts.pod(record).filter(ref -> pod.pod().mayBe(ref.uid())).isPresent();
  }

  private void tell(PodRef pod, Reason reason, List<Difference> differences) {
    String message = "look at pod \"%s\": %s".formatted(pod, finding(reason, shown(differences)));
    LOG.warn("{}", message);
    people.accept(Event.warning(pod, "MissedAttachment", message));
  }

  private static String finding(Reason reason, String what) {
    switch (reason) {
      case POD_UNKNOWN:
        return ("it runs without %s: this agent was not called for it, as another CNI configuration"
                + " came first or the agent was not there yet; delete the pod so that it is made"
                + " anew, and see `myriapod doctor`")
            .formatted(what);
      case UNREADABLE:
        return "its annotation asks for networks in words that cannot be read: %s; correct it"
            .formatted(what);
      default:
        return ("it runs without %s, which its annotation asks for; delete the pod so that it is"
                + " made anew; `myriapod why` tells what was done for it")
            .formatted(what);
    }
  }

  private static String shown(List<Difference> differences) {
    String some =
        differences.stream()
            .map(Difference::shown)
            .sorted()
            .limit(MOST_NAMED)
            .collect(joining(", "));
    int more = differences.size() - MOST_NAMED;
    return more > 0 ? "%s and %d more".formatted(some, more) : some;
  }

  /** Names of networks come from annotations: there is an end to their series. */
  private static Map<List<String>, Long> counted(Set<Difference> differences) {
    Map<List<String>, Long> counts = new HashMap<>();
    for (Difference difference : differences) {
      String reason = difference.reason().text();
      List<String> labels = List.of(reason, difference.label());
      boolean room = counts.size() < MOST_SERIES || counts.containsKey(labels);
      counts.merge(room ? labels : List.of(reason, OTHER), 1L, Long::sum);
    }
    return Map.copyOf(counts);
  }
}
