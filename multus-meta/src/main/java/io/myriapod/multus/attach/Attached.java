package io.myriapod.multus.attach;

import io.myriapod.cni.result.CniResult;
import io.myriapod.multus.plan.PlannedAttachment;

/** One network that was attached, and with what result. */
record Attached(PlannedAttachment planned, CniResult result) {
  Attached withResult(CniResult other) {
    return new Attached(planned, other);
  }
}
