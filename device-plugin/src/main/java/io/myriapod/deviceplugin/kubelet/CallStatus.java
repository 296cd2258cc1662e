package io.myriapod.deviceplugin.kubelet;

import io.grpc.Status;
import io.myriapod.deviceplugin.pool.AllocationException;
import io.myriapod.types.Quoted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kubelet, and with it the pod's events, is told when a call cannot be answered. */
final class CallStatus {
  private static final Logger LOG = LoggerFactory.getLogger(CallStatus.class);

  /** gRPC sends it in a header; clients take no more than 8 KiB of those. */
  private static final int MOST_CHARACTERS = 2000;

  private CallStatus() {}

  /**
   * The status for what was thrown; an exception that nobody expected goes to the log, here and
   * nowhere else.
   *
   * @param attempt what was tried, with its subject
   */
  static Status of(String attempt, RuntimeException thrown) {
    if (thrown instanceof BadRequestException) {
      return with(Status.INVALID_ARGUMENT, thrown.getMessage());
    }
    if (thrown instanceof AllocationException refused) {
      return with(
          refused.kind() == AllocationException.Kind.NOT_OFFERED
              ? Status.INVALID_ARGUMENT
              : Status.FAILED_PRECONDITION,
          refused.getMessage());
    }
    LOG.error("{}: unexpected", attempt, thrown);
    return with(
        Status.INTERNAL,
        "%s: unexpected %s; the agent's log has more".formatted(attempt, describe(thrown)));
  }

  /** How an Allocate call with that status ended. */
  static AllocationOutcome outcome(Status status) {
    return switch (status.getCode()) {
      case OK -> AllocationOutcome.GRANTED;
      case INVALID_ARGUMENT -> AllocationOutcome.INVALID;
      case FAILED_PRECONDITION -> AllocationOutcome.NOT_READY;
      default -> AllocationOutcome.BROKEN;
    };
  }

  private static Status with(Status status, String sentence) {
    return status.withDescription(Quoted.oneLine(sentence, MOST_CHARACTERS));
  }

  private static String describe(RuntimeException thrown) {
    String name = thrown.getClass().getSimpleName();
    return thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
  }
}
