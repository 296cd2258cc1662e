package io.myriapod.multus.attach;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.PodRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Undoes attachments, whoever wants them gone: a runtime's DEL or GC, recovery, a sweep. A pod that
 * keeps no other attachment loses its network-status first: a crash in between leaves records that
 * are undone again, whereas a status without a record would stay for ever.
 */
public final class PodUndo {
  private final Journal journal;
  private final Undo undo;
  private final PodEvents events;

  /** Acts through these. */
  public PodUndo(Journal journal, Undo undo, Cluster cluster) {
    this.journal = journal;
    this.undo = undo;
    this.events = new PodEvents(cluster);
  }

  /** What became of it; records that others made are undone just the same. Never throws. */
  public UndoReport run(List<AttachmentRecord> records) {
    Set<Long> going = records.stream().map(AttachmentRecord::sequence).collect(Collectors.toSet());
    records.stream()
        .map(AttachmentFacts::pod)
        .flatMap(Optional::stream)
        .distinct()
        .filter(pod -> !keepsAnother(pod, going))
        .forEach(events::forgetStatus);
    return undo.run(records);
  }

  /** Whether another container of the pod is attached: it was restarted meanwhile. */
  private boolean keepsAnother(PodRef pod, Set<Long> going) {
    return journal.all().stream()
        .filter(record -> !going.contains(record.sequence()))
        .map(AttachmentFacts::pod)
        .flatMap(Optional::stream)
        .anyMatch(
            other -> other.namespace().equals(pod.namespace()) && other.name().equals(pod.name()));
  }
}
