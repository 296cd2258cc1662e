package io.myriapod.base.bridge;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What CHECK found to differ from what was attached: all of it, not just the first. */
final class Findings {
  private final String subject;
  private final List<String> found = new ArrayList<>();

  /**
   * @param subject begins the message: {@code check "eth0"}
   */
  Findings(String subject) {
    this.subject = subject;
  }

  void add(String finding) {
    found.add(finding);
  }

  /** A finding unless both are equal. */
  void same(String what, Object is, Object want) {
    if (!Objects.equals(is, want)) {
      found.add("%s is %s: want %s".formatted(what, is, want));
    }
  }

  /** A finding unless it is so. */
  void so(boolean holds, String finding) {
    if (!holds) {
      found.add(finding);
    }
  }

  /** Throws CniException 106 if there are any. */
  void raise() {
    if (!found.isEmpty()) {
      throw new CniException(
          ErrorCode.CHECK_FAILED,
          subject + ": " + String.join("; ", found),
          "somebody changed it after it was attached; make the pod anew");
    }
  }
}
