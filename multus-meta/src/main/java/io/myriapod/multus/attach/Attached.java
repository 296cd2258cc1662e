package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.result.CniResult;
import io.myriapod.multus.plan.PlannedAttachment;
import java.util.Optional;

/**
 * One network that was attached, and with what result.
 *
 * @param deviceInfo what is known of the device that it took
 */
record Attached(PlannedAttachment planned, CniResult result, Optional<ObjectNode> deviceInfo) {
  Attached withResult(CniResult other) {
    return new Attached(planned, other, deviceInfo);
  }
}
