package io.myriapod.journal;

import java.util.Optional;

/**
 * A step that may have been done and was not undone yet.
 *
 * @param sequence of the entry that announced it; later steps have higher ones
 * @param failure why its inverse failed the last time it ran
 */
record RecordedStep(long sequence, Inverse inverse, Optional<String> failure) {
  RecordedStep withInverse(Inverse other) {
    return new RecordedStep(sequence, other, failure);
  }

  RecordedStep withFailure(String reason) {
    return new RecordedStep(sequence, inverse, Optional.of(reason));
  }
}
