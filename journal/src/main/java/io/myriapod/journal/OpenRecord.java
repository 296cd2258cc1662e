package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A record while its steps are being done. The first to open it is the outermost; whoever begins
 * the same key meanwhile joins it. For try-with-resources: leaving without {@link #done()} runs the
 * inverses of what was recorded.
 */
public final class OpenRecord implements AutoCloseable {
  private final Journal journal;
  private final long record;
  private final AttachmentKey key;
  private final boolean outermost;
  private final Set<Long> steps = new LinkedHashSet<>();
  private boolean done;
  private boolean closed;

  OpenRecord(Journal journal, long record, AttachmentKey key, boolean outermost) {
    this.journal = journal;
    this.record = record;
    this.key = key;
    this.outermost = outermost;
  }

  /** A step that is about to be done or was done. */
  @FunctionalInterface
  public interface Step {
    /**
     * Sets fields of the inverse's data anew, such as the index that the kernel gave. Others stay.
     * Not made durable.
     *
     * @throws JournalException if it cannot be written
     */
    void refine(ObjectNode data);
  }

  public AttachmentKey key() {
    return key;
  }

  /** Whether this one created the record, so that its {@link #done()} makes it attached. */
  public boolean outermost() {
    return outermost;
  }

  /** The record as it is now; absent once it has ended. */
  public Optional<AttachmentRecord> record() {
    return journal.find(record);
  }

  /**
   * Writes how to undo a step, before the step is done. If it is FOREIGN or LEASE, returns only
   * when it is durable: what such a step makes outlives a loss of power. An inverse that equals one
   * of the record, still to be run, is not written twice: whoever announces it again shares it.
   *
   * @throws JournalException if it cannot be written; the step must not be done
   */
  public synchronized Step will(Inverse inverse) {
    long step = announced(inverse);
    if (inverse.undoClass().mustBeDurable()) {
      journal.makeDurable(step);
    }
    return data -> journal.refine(record, step, data);
  }

  /**
   * Writes how to undo a step that somebody will do later and will announce again; leaves it to the
   * caller to make it durable, for many at once.
   *
   * @throws JournalException if it cannot be written
   */
  public synchronized void announce(Inverse inverse) {
    announced(inverse);
  }

  private long announced(Inverse inverse) {
    requireOpen("record step \"%s\"".formatted(inverse.kind()));
    long step = journal.will(record, inverse);
    steps.add(step);
    return step;
  }

  /**
   * Writes a fact of the record, over the former one of that name. Not made durable.
   *
   * @throws JournalException if it cannot be written
   */
  public synchronized void fact(String name, JsonNode value) {
    requireOpen("record fact \"%s\"".formatted(name));
    journal.fact(record, name, value);
  }

  /**
   * All steps succeeded. The outermost one marks the record attached (not made durable); one that
   * joined gives its steps over to the outermost.
   *
   * @throws JournalException if it cannot be written; {@link #close()} will undo
   */
  public synchronized void done() {
    requireOpen("finish steps");
    if (outermost) {
      journal.attached(record);
    } else {
      journal.stepsDone(key);
    }
    done = true;
  }

  /**
   * Without {@link #done()}: runs the inverses that were recorded through this one; for the
   * outermost, all inverses of the record, and ends it. What cannot be undone stays in the record
   * with its reason. Never throws; a second call does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (!done) {
        journal.rollBack(record, outermost, steps);
      }
    } finally {
      if (outermost) {
        journal.closed(record, key);
      }
    }
  }

  private void requireOpen(String attempt) {
    if (done || closed) {
      throw new IllegalStateException(
          "%s of %s: the record is closed already".formatted(attempt, key));
    }
  }
}
