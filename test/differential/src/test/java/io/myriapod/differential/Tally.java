package io.myriapod.differential;

import java.util.Set;
import java.util.TreeSet;

/** How many cases there were, and what became of them. */
final class Tally {
  private int compared;
  private int equal;
  private int different;
  private int handed;
  private final Set<String> seen = new TreeSet<>();

  void compared(Verdict verdict) {
    compared++;
    seen.addAll(verdict.seen());
    if (verdict.faults().isEmpty()) {
      equal += verdict.equal() ? 1 : 0;
      different += verdict.equal() ? 0 : 1;
    }
  }

  void handed() {
    handed++;
  }

  /** Ids of the declared differences that showed. */
  Set<String> seen() {
    return seen;
  }

  @Override
  public String toString() {
    return "%d compared, %d equal, %d with listed differences, %d handed to the node's own binary"
        .formatted(compared, equal, different, handed);
  }
}
