package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.network.Delegate;

/**
 * One network of a pod, ready to be attached.
 *
 * @param order place among the pod's networks; 0 is the default network
 */
public record PlannedAttachment(
    int order, Delegate delegate, SelectionOptions options, ChainCall call) {

  /** How messages call it: {@code network "ns/a" as "net1"}. */
  public String shown() {
    return "network \"%s\" as \"%s\"".formatted(delegate.name(), call.interfaceName());
  }
}
