package io.myriapod.multus.plan;

import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.config.MultusConfig;
import java.util.List;
import java.util.Optional;

/**
 * All that an ADD will attach.
 *
 * @param pod absent if the runtime named none
 * @param attachments in the order of being done, the default network first; never empty
 * @param findings what has no effect, one sentence each
 */
public record PodPlan(
    MultusConfig config,
    Optional<PodRef> pod,
    List<PlannedAttachment> attachments,
    List<String> findings) {
  /** Copies the lists. */
  public PodPlan {
    attachments = List.copyOf(attachments);
    findings = List.copyOf(findings);
  }

  /** The default network's attachment. */
  public PlannedAttachment first() {
    return attachments.get(0);
  }
}
