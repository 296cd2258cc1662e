package io.myriapod.multus.plan;

import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.types.DeviceId;
import java.util.List;
import java.util.Optional;

/**
 * All that an ADD will attach, or what a running pod gets in addition.
 *
 * @param request the pod's ADD
 * @param pod absent if the runtime named none
 * @param attachments in the order of being done, the default network of an ADD first
 * @param lent devices that the kubelet gave to the pod's containers
 * @param findings what has no effect, one sentence each
 */
public record PodPlan(
    MultusConfig config,
    PluginRequest request,
    Optional<PodRef> pod,
    List<PlannedAttachment> attachments,
    List<DeviceId> lent,
    List<String> findings) {
  /** Copies the lists. */
  public PodPlan {
    attachments = List.copyOf(attachments);
    lent = List.copyOf(lent);
    findings = List.copyOf(findings);
  }

  /** The default network's attachment, of an ADD. */
  public PlannedAttachment first() {
    return attachments.get(0);
  }
}
