package io.myriapod.cni.error;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What CHECK found to differ from what was attached: all of it, not just the first. */
public final class Findings {
  private final String subject;
  private final List<String> found = new ArrayList<>();

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
