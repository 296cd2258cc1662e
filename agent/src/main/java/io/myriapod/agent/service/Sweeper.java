package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.UndoReport;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then for attachments whose pod's namespace is gone although nobody sent a DEL,
 * since containerd never calls GC. Careful, because a path that is missing proves no death: a
 * namespace must be absent in three sweeps on end, and if more than a quarter of all are absent at
 * once, the eye is at fault and nothing is touched.
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int SWEEPS_UNTIL_DEAD = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Journal journal;
  private final Undoing undo;
  private final ContainerLanes lanes;
  private final NamespaceEye eye;
  private final SweepNews news;
  private final Map<ContainerId, Integer> absences = new HashMap<>();

  Sweeper(Journal journal, Undoing undo, ContainerLanes lanes, NamespaceEye eye, SweepNews news) {
    this.journal = journal;
    this.undo = undo;
    this.lanes = lanes;
    this.eye = eye;
    this.news = news;
  }

  /** One look. Returns the containers whose attachments were undone. */
  Set<ContainerId> sweep() {
    Set<ContainerId> all = new TreeSet<>();
    Set<ContainerId> absent = new TreeSet<>();
    for (AttachmentRecord record : journal.all()) {
      if (isKeptInThisBoot(record)) {
        all.add(record.key().container());
        if (!eye.isThere(record)) {
          absent.add(record.key().container());
        }
      }
    }
    absences.keySet().retainAll(absent);
    if (absent.size() * 4 > all.size()) {
      news.refused(absent.size(), all.size());
      return Set.of();
    }
    news.allowed();
    absent.forEach(container -> absences.merge(container, 1, Integer::sum));
    Set<ContainerId> dead = new TreeSet<>(absent);
    dead.removeIf(container -> absences.get(container) < SWEEPS_UNTIL_DEAD);
    absences.keySet().removeAll(dead);
    dead.forEach(container -> removeIfGone(container, Deadline.in(PATIENCE)));
    return dead;
  }

  /** Attached, being attached, or left by an ADD that was cut short: not what is being deleted. */
  private boolean isKeptInThisBoot(AttachmentRecord record) {
    return record.phase() != RecordPhase.DELETING && record.bootId().equals(journal.bootId());
  }

  /**
   * Undoes all of a container if its namespace is not to be seen. For a sweep, and for those that
   * know by something else that the pod is dead. Never throws for what could not be undone.
   */
  void removeIfGone(ContainerId container, Deadline deadline) {
    try {
      lanes.tidy(
          container,
          deadline,
          () -> {
            removeInTurn(container);
            return container;
          });
    } catch (CniException e) {
      LOG.warn("container {}: its namespace is gone: {}", container, e.getMessage());
    }
  }

  /** An operation of the container may have ended just now, so this looks once more. */
  private void removeInTurn(ContainerId container) {
    List<AttachmentRecord> records = journal.ofContainer(container);
    if (records.isEmpty() || records.stream().anyMatch(eye::isThere)) {
      return;
    }
    UndoReport report = undo.run(records);
    if (report.clean()) {
      news.removed();
      LOG.info("container {}: its namespace is gone and no DEL came; undone", container);
    }
    report.failures().forEach(failure -> LOG.warn("container {}: {}", container, failure));
  }
}
