package io.myriapod.agent.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.JournalException;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the operator asks for and what the configuration wants. */
public final class FunctionService {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionService.class);

  private final VirtualFunctions functions;
  private final ConfiguredFunctions configured;
  private volatile boolean settled;
  private Optional<String> lastFailure = Optional.empty();

  public FunctionService(VirtualFunctions functions, ConfiguredFunctions configured) {
    this.functions = functions;
    this.configured = configured;
  }

  /**
   * Does it, all of it or nothing.
   *
   * @return {@code {"changes": [{"device": PCI address, "change": what a shell would be told}]}},
   *     in the order in which they were made
   * @throws CniException 11, 105, 113, 114, 115
   */
  public ObjectNode run(FunctionRequest request) {
    try {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      ArrayNode changes = answer.putArray("changes");
      for (Change change : request.on(functions, configured)) {
        changes
            .addObject()
            .put("device", change.subject().value())
            .put("change", change.toString());
      }
      return answer;
    } catch (DeviceException e) {
      throw told(e);
    }
  }

  /** Takes back what a killed agent left half-done. What cannot be stays in the journal. */
  public void recover() {
    for (DeviceRecord record : functions.recover()) {
      LOG.warn("take back a change of {}: {}", record.device(), record.failure().orElse(""));
    }
  }

  /**
   * Takes back what a killed agent left half-done, and makes all as the configuration wants it; to
   * be called again and again, since a card may come late. Once all is as wanted it leaves the
   * functions to the operator.
   */
  public void settle() {
    recover();
    if (settled) {
      return;
    }
    try {
      configured.apply(functions, false);
      settled = true;
      lastFailure = Optional.empty();
    } catch (DeviceException e) {
      notSettled(e.getMessage(), e.details());
    } catch (CniException e) {
      notSettled(e.getMessage(), e.details());
    } catch (JournalException e) {
      notSettled(e.getMessage(), "check space and permissions of the journal's directory");
    }
  }

  private void notSettled(String failure, String details) {
    if (!lastFailure.equals(Optional.of(failure))) {
      LOG.warn("apply the configured virtual functions: {}: {}", failure, details);
    }
    lastFailure = Optional.of(failure);
  }

  /** As whoever called the agent is told of it. */
  public static CniException told(DeviceException e) {
    return new CniException(codeOf(e.kind()), e.getMessage(), e.details(), e);
  }

  private static int codeOf(DeviceException.Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> ErrorCode.DEVICE_NOT_FOUND;
      case IN_USE -> ErrorCode.DEVICE_IN_USE;
      case UNUSABLE -> ErrorCode.DEVICE_UNUSABLE;
      case REFUSED -> ErrorCode.KERNEL_REFUSED;
      case BUSY -> ErrorCode.TRY_AGAIN_LATER;
    };
  }
}
