package io.myriapod.journal;

import java.util.List;

/**
 * What an undo did.
 *
 * @param ended the records of which nothing is left
 * @param failures what is still to be undone and why, in the order in which it was tried
 */
public record UndoReport(List<AttachmentKey> ended, List<Failure> failures) {
  public UndoReport {
    ended = List.copyOf(ended);
    failures = List.copyOf(failures);
  }

  /** One inverse that did not succeed. */
  public record Failure(AttachmentKey key, String kind, String reason) {
    @Override
    public String toString() {
      return "undo %s of %s: %s".formatted(kind, key, reason);
    }
  }

  /** Whether every inverse succeeded. */
  public boolean clean() {
    return failures.isEmpty();
  }
}
