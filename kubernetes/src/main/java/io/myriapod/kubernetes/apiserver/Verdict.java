package io.myriapod.kubernetes.apiserver;

import java.time.Duration;
import java.util.Optional;

/** What became of one attempt to patch a status. */
sealed interface Verdict {

  /** The pod has it. */
  record Stored() implements Verdict {}

  /** There is no such pod any more; nobody misses its status. */
  record PodGone(String finding) implements Verdict {}

  /** The same attempt would end the same way. */
  record Refused(String finding) implements Verdict {}

  /**
   * It may work later.
   *
   * @param conflict another writer was quicker, which does not happen often in a row
   */
  record Later(String finding, Optional<Duration> asked, boolean conflict) implements Verdict {}

  /** Another pod of that name: the precondition, or the rule that a uid never changes. */
  static Verdict of(ApiReply reply) {
    boolean ofUid =
        reply.finding().contains("metadata.uid") || reply.finding().contains("UID in precondition");
    if (reply.isGood()) {
      return new Stored();
    } else if (reply.isNotFound() || ofUid && (reply.code() == 409 || reply.code() == 422)) {
      return new PodGone(reply.finding());
    } else if (reply.code() == 409) { // the server gave up on another writer's changes
      return new Later(reply.finding(), Optional.empty(), true);
    } else if (reply.isWorthAnotherTry()) {
      return new Later(reply.finding(), reply.retryAfter(), false);
    }
    return new Refused(reply.finding());
  }
}
