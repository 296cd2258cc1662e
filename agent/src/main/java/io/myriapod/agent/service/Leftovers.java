package io.myriapod.agent.service;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.UndoReport;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that nobody works on and that should not be there: ADDs that a former life did not
 * finish, DELs of which something failed, attachments of an earlier boot. They are undone; what
 * cannot be is tried again after a pause that doubles from one second to five minutes.
 *
 * <p>An unfinished ADD whose namespace is not to be seen waits for its DEL or for the {@link
 * Sweeper}: a missing path is no proof of death, and its addresses may be in use.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MAX_PAUSE_SECONDS = 300;

  private final Journal journal;
  private final Undoing undo;
  private final ContainerLanes lanes;
  private final NamespaceEye eye;
  private long pauseSeconds = 1;

  Leftovers(Journal journal, Undoing undo, ContainerLanes lanes, NamespaceEye eye) {
    this.journal = journal;
    this.undo = undo;
    this.lanes = lanes;
    this.eye = eye;
  }

  /**
   * Undoes every ADD of this boot of which a part is not attached, as a whole. Called before the
   * first request is let in.
   */
  void undoUnfinished() {
    for (List<AttachmentRecord> ofOneAdd : byAdd()) {
      if (ofOneAdd.stream().anyMatch(this::unfinishedInThisBoot)) {
        ContainerId container = ofOneAdd.get(0).key().container();
        if (mayUndo(ofOneAdd)) {
          report(container, undo.run(ofOneAdd));
        } else {
          LOG.warn(
              "container {}: its ADD was not finished, but its namespace is not to be seen; it waits"
                  + " for the runtime's DEL",
              container);
        }
      }
    }
  }

  /** The runtime or a rollback began to delete it, or the namespace can be looked into. */
  private boolean mayUndo(List<AttachmentRecord> ofOneAdd) {
    return ofOneAdd.stream()
        .allMatch(record -> record.phase() == RecordPhase.DELETING || eye.isThere(record));
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
    for (ContainerId container : containers()) {
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
      return lanes.tidy(
          container,
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

  private Set<ContainerId> containers() {
    return journal.all().stream()
        .map(record -> record.key().container())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Records of one request for one container belong together; one without a request is alone. */
  private Collection<List<AttachmentRecord>> byAdd() {
    return journal.all().stream()
        .collect(
            Collectors.groupingBy(
                record ->
                    List.of(
                        record.key().container().value(),
                        record
                            .text("requestId")
                            .orElse("interface " + record.key().interfaceName())),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private static void report(ContainerId container, UndoReport report) {
    report.failures().forEach(failure -> LOG.warn("container {}: {}", container, failure));
    if (!report.ended().isEmpty()) {
      LOG.info("container {}: undone what was left: {}", container, report.ended());
    }
  }
}
