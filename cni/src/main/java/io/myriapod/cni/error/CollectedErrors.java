package io.myriapod.cni.error;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs steps that must all be tried (DEL, GC) and reports every error of them as one. */
public final class CollectedErrors {
  private final List<CniException> errors = new ArrayList<>();

  /** Runs the step; what it throws is kept. */
  public void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      errors.add(CniException.of(e));
    }
  }

  /** What was thrown so far, in order; may be empty. */
  public List<CniException> errors() {
    return List.copyOf(errors);
  }

  /**
   * Does nothing if every step succeeded.
   *
   * @throws CniException the only error, or one with the code of the first and all messages
   */
  public void raise() {
    if (errors.isEmpty()) {
      return;
    }
    CniException first = errors.get(0);
    if (errors.size() == 1) {
      throw first;
    }
    CniException all =
        new CniException(
            first.code(), joined(CniException::getMessage), joined(CniException::details), first);
    errors.stream().skip(1).forEach(all::addSuppressed);
    throw all;
  }

  private String joined(Function<CniException, String> part) {
    return errors.stream()
        .map(part)
        .filter(text -> !text.isEmpty())
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
