package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that nobody works on and that should not be there: ADDs that a former life did not
 * finish, DELs of which something failed, attachments of an earlier boot. They are undone; what
 * cannot be is tried again after a pause that doubles from one second to five minutes.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MAX_PAUSE_SECONDS = 300;

  private final Journal journal;
  private final Undo undo;
  private final ContainerLanes lanes;
  private long pauseSeconds = 1;

  Leftovers(Journal journal, Undo undo, ContainerLanes lanes) {
    this.journal = journal;
    this.undo = undo;
    this.lanes = lanes;
  }

  /**
   * Undoes the whole ADD of every container of this boot of which a part is not attached. Called
   * before the first request is let in.
   */
  void undoUnfinished() {
    byContainer()
        .forEach(
            (container, records) -> {
              if (records.stream().anyMatch(this::unfinishedInThisBoot)) {
                report(container, undo.run(records));
              }
            });
  }

  private boolean unfinishedInThisBoot(AttachmentRecord record) {
    return record.bootId().equals(journal.bootId()) && record.phase() != RecordPhase.ATTACHED;
  }

  /**
   * Undoes what an earlier boot left and what an undo could not do. Returns the pause after which
   * to try again.
   */
  Duration undoTheRest() {
    boolean clean = true;
    for (ContainerId container : byContainer().keySet()) {
      clean &= undone(container);
    }
    pauseSeconds = clean ? 1 : Math.min(pauseSeconds * 2, MAX_PAUSE_SECONDS);
    return Duration.ofSeconds(pauseSeconds);
  }

  private boolean undone(ContainerId container) {
    if (journal.ofContainer(container).stream().noneMatch(this::isLeft)) {
      return true;
    }
    try {
      return lanes.run(
          container,
          ContainerLanes.Lane.REMOVING,
          Deadline.in(PATIENCE),
          () -> {
            List<AttachmentRecord> left =
                journal.ofContainer(container).stream().filter(this::isLeft).toList();
            UndoReport report = undo.run(left);
            report(container, report);
            return report.clean();
          });
    } catch (CniException e) {
      LOG.warn("undo what is left of container {}: {}", container, e.getMessage());
      return false;
    }
  }

  /** Not an ADD in progress: that one is in phase PLANNED or ADDING, in this boot. */
  private boolean isLeft(AttachmentRecord record) {
    return record.phase() == RecordPhase.DELETING || !record.bootId().equals(journal.bootId());
  }

  private Map<ContainerId, List<AttachmentRecord>> byContainer() {
    return journal.all().stream()
        .collect(
            Collectors.groupingBy(
                record -> record.key().container(), TreeMap::new, Collectors.toList()));
  }

  private static void report(ContainerId container, UndoReport report) {
    report.failures().forEach(failure -> LOG.warn("container {}: {}", container, failure));
    if (!report.ended().isEmpty()) {
      LOG.info("container {}: undone what was left: {}", container, report.ended());
    }
  }
}
