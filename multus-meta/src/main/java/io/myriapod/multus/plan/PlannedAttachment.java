package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.network.Delegate;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One network of a pod, ready to be attached.
 *
 * @param order place among the pod's networks; 0 is the default network
 * @param element of the annotation that asks for it
 * @param device what it takes of the devices that only one pod can have
 * @param deviceInfo the file by which its plugins tell of that device
 */
public record PlannedAttachment(
    int order,
    Delegate delegate,
    Optional<AnnotationElement> element,
    SelectionOptions options,
    ChainCall call,
    Optional<PlannedDevice> device,
    Optional<Path> deviceInfo) {

  /** How messages call it: {@code network "ns/a" as "net1"}. */
  public String shown() {
    return "network \"%s\" as \"%s\"".formatted(delegate.name(), call.interfaceName());
  }

  /** With the device that it takes. Throws CniException 7 or 116 if the pod may not have that. */
  PlannedAttachment on(TakenDevices devices, WantedNetwork network) {
    return new PlannedAttachment(
        order, delegate, element, options, call, devices.of(network, call, shown()), deviceInfo);
  }
}
