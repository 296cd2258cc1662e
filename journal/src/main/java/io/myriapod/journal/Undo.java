package io.myriapod.journal;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one way in which steps are undone: rollback of a failed ADD, DEL, recovery and retries. Runs
 * inverses by class (FOREIGN, SETTING, DEVICE, CARD, LINK, LEASE), newest first inside a class, all
 * those of one kind over all the records in one call of their handler. Goes on past failures. Safe
 * to run again at any time.
 *
 * <p>Making one hands it to the journal, which uses it for the {@link OpenRecord}s that are closed
 * without {@code done()}. The last one made serves.
 */
public final class Undo {
  private final Journal journal;
  private final Map<String, InverseHandler> handlers;

  /**
   * @param handlers by {@link Inverse#kind()}; an inverse of another kind fails and stays
   */
  public Undo(Journal journal, Map<String, InverseHandler> handlers) {
    this.journal = journal;
    this.handlers = Map.copyOf(handlers);
    journal.use(this);
  }

  /**
   * Undoes whole records: marks them for deletion, runs what is left of their inverses and ends
   * those of which nothing is left. The leases of a record are released only if its links and
   * devices are gone. Of a record of an earlier boot only FOREIGN and LEASE inverses are run: the
   * rest went with the boot. Each success is noted, so that after a crash only the rest runs again;
   * what fails stays in its record with the reason.
   *
   * <p>A record that has ended meanwhile is passed over; one that another thread is undoing is left
   * to it and reported as a failure, since an inverse that runs late might hit what was made anew
   * under the same key. Never throws for a handler's failure, nor for a journal that cannot be
   * written.
   */
  public UndoReport run(List<AttachmentRecord> records) {
    return new UndoRun(journal, handlers, records).whole();
  }

  /** Undoes some steps of a record and leaves the record as it is otherwise. */
  UndoReport run(AttachmentRecord record, Set<Long> steps) {
    return new UndoRun(journal, handlers, List.of(record)).only(steps);
  }
}
