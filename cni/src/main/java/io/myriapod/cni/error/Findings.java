package io.myriapod.cni.error;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What CHECK found to differ from what was attached: all of it, not just the first. */
public final class Findings {
  private final String subject;
  private final Set<String> found = new LinkedHashSet<>();

  /**
   * @param subject begins the message: {@code check "net1"}
   */
  public Findings(String subject) {
    this.subject = subject;
  }

  /** A finding. */
  public void add(String finding) {
    found.add(finding);
  }

  /** A finding unless both are equal. */
  public void same(String what, Object is, Object want) {
    if (!Objects.equals(is, want)) {
      found.add("%s is %s: want %s".formatted(what, shown(is), shown(want)));
    }
  }

  private static Object shown(Object value) {
    return value instanceof Optional<?> optional && optional.isPresent() ? optional.get() : value;
  }

  /** A finding unless it is so. */
  public void so(boolean holds, String finding) {
    if (!holds) {
      found.add(finding);
    }
  }

  /** Runs another check: what it finds joins the rest, what goes wrong otherwise is thrown. */
  public void including(Runnable check) {
    including(
        () -> {
          check.run();
          return check;
        });
  }

  /** The same with what that check found out; empty if it found a difference. */
  public <T> Optional<T> including(Supplier<T> check) {
    try {
      return Optional.of(check.get());
    } catch (CniException e) {
      if (e.code() != ErrorCode.CHECK_FAILED) {
        throw e;
      }
      found.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Throws CniException 106 if there are any. */
  public void raise() {
    if (!found.isEmpty()) {
      throw new CniException(
          ErrorCode.CHECK_FAILED,
          subject + ": " + String.join("; ", found),
          "somebody changed it after it was attached; make the pod anew");
    }
  }
}
