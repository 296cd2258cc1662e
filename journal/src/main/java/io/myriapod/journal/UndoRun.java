package io.myriapod.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One run of {@link Undo} over some records. */
final class UndoRun {
  private static final int LONGEST_REASON = 4_000;

  private final Journal journal;
  private final Map<String, InverseHandler> handlers;
  private final Set<Long> records = new LinkedHashSet<>();
  private final List<UndoReport.Failure> failures = new ArrayList<>();

  UndoRun(Journal journal, Map<String, InverseHandler> handlers, List<AttachmentRecord> records) {
    this.journal = journal;
    this.handlers = handlers;
    records.forEach(record -> this.records.add(record.sequence()));
  }

  UndoReport whole() {
    return alone(
        () -> {
          markForDeletion();
          inAllClasses(step -> true);
          return endThoseOfWhichNothingIsLeft();
        });
  }

  /** Youngest first, so that a crash in between leaves no part whose attachment is gone. */
  private void markForDeletion() {
    current().stream()
        .sorted(Comparator.comparingLong(AttachmentRecord::sequence).reversed())
        .forEach(journal::deleting);
  }

  UndoReport only(Set<Long> steps) {
    return alone(
        () -> {
          inAllClasses(steps::contains);
          return List.of();
        });
  }

  /** A record that another run is at is left to that one; who comes second runs nothing twice. */
  private UndoReport alone(Supplier<List<AttachmentKey>> work) {
    Set<Long> mine = new LinkedHashSet<>();
    try {
      records.stream().filter(journal::mayUndo).forEach(mine::add);
      current().stream().filter(record -> !mine.contains(record.sequence())).forEach(this::leave);
      records.retainAll(mine);
      return new UndoReport(work.get(), failures);
    } finally {
      mine.forEach(journal::undoOver);
    }
  }

  private void leave(AttachmentRecord record) {
    failures.add(
        new UndoReport.Failure(record.key(), "record", "another operation is just undoing it"));
  }

  private List<AttachmentKey> endThoseOfWhichNothingIsLeft() {
    List<AttachmentKey> ended = new ArrayList<>();
    for (AttachmentRecord record : current()) {
      if (record.steps().isEmpty()) {
        journal.end(record);
        ended.add(record.key());
      }
    }
    return ended;
  }

  private void inAllClasses(LongPredicate selected) {
    for (AttachmentRecord record : current()) {
      forgetWhatWentWithTheBoot(record);
    }
    for (UndoClass undoClass : UndoClass.values()) {
      byKind(pending(undoClass, selected)).forEach(this::runBatch);
    }
  }

  private void forgetWhatWentWithTheBoot(AttachmentRecord record) {
    if (record.bootId().equals(journal.bootId())) {
      return;
    }
    List<Long> gone =
        record.steps().stream()
            .filter(step -> !step.inverse().undoClass().survivesReboot())
            .map(RecordedStep::sequence)
            .toList();
    if (!gone.isEmpty()) {
      journal.undone(record, gone);
    }
  }

  /** Newest first. */
  private List<PendingInverse> pending(UndoClass undoClass, LongPredicate selected) {
    List<PendingInverse> pending = new ArrayList<>();
    for (AttachmentRecord record : current()) {
      if (undoClass == UndoClass.LEASE && isStillThere(record, selected)) {
        continue;
      }
      for (RecordedStep step : record.steps()) {
        if (step.inverse().undoClass() == undoClass && selected.test(step.sequence())) {
          pending.add(new PendingInverse(record, step.sequence(), step.inverse()));
        }
      }
    }
    pending.sort(Comparator.comparingLong(PendingInverse::step).reversed());
    return pending;
  }

  /** Whether a link or device that may use the leases could not be undone. */
  private static boolean isStillThere(AttachmentRecord record, LongPredicate selected) {
    return record.steps().stream()
        .filter(step -> selected.test(step.sequence()))
        .map(step -> step.inverse().undoClass())
        .anyMatch(left -> left == UndoClass.LINK || left == UndoClass.DEVICE);
  }

  /** Kinds in the order of their newest step. */
  private static Map<String, List<PendingInverse>> byKind(List<PendingInverse> pending) {
    return pending.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.inverse().kind(), LinkedHashMap::new, Collectors.toList()));
  }

  private void runBatch(String kind, List<PendingInverse> batch) {
    batch.forEach(one -> journal.tell(JournalPhase.INVERSE_STARTING, one.key(), kind));
    Map<PendingInverse, String> failed = handle(kind, batch);
    batch.forEach(one -> journal.tell(JournalPhase.INVERSE_RUN, one.key(), kind));
    batch.stream()
        .collect(
            Collectors.groupingBy(
                one -> one.record().sequence(), LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(ofOneRecord -> note(kind, ofOneRecord, failed));
  }

  private Map<PendingInverse, String> handle(String kind, List<PendingInverse> batch) {
    InverseHandler handler = handlers.get(kind);
    if (handler == null) {
      return allFailed(batch, "no handler for inverses of kind \"%s\"".formatted(kind));
    }
    try {
      return handler.undo(Collections.unmodifiableList(batch));
    } catch (RuntimeException e) {
      return allFailed(batch, Optional.ofNullable(e.getMessage()).orElseGet(e::toString));
    }
  }

  private static Map<PendingInverse, String> allFailed(List<PendingInverse> batch, String reason) {
    return batch.stream().collect(Collectors.toMap(one -> one, one -> reason));
  }

  private void note(String kind, List<PendingInverse> batch, Map<PendingInverse, String> failed) {
    AttachmentRecord record = batch.get(0).record();
    List<Long> undone = new ArrayList<>();
    Map<Long, String> reasons = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      String reason = failed.get(one);
      if (reason == null) {
        undone.add(one.step());
      } else {
        reasons.put(one.step(), shortened(reason));
        failures.add(new UndoReport.Failure(one.key(), kind, reason));
      }
    }
    if (!undone.isEmpty()) {
      journal.undone(record, undone);
      journal.tell(JournalPhase.INVERSE_NOTED, record.key(), kind);
    }
    if (!reasons.isEmpty()) {
      journal.failed(record, reasons);
      journal.tell(JournalPhase.INVERSE_FAILED, record.key(), kind);
    }
  }

  private static String shortened(String reason) {
    return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
  }

  /** The records as they are now, without those that have ended. */
  private List<AttachmentRecord> current() {
    return records.stream().flatMap(sequence -> journal.find(sequence).stream()).toList();
  }
}
