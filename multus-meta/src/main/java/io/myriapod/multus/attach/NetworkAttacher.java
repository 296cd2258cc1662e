package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.DoubleNode;
import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.OpenRecord;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import io.myriapod.types.InterfaceName;
import java.util.Set;
import java.util.function.Supplier;

/** Attaches one network of a pod, and writes down what came of it. */
final class NetworkAttacher {
  private final MultusPorts ports;
  private final DeviceInfo deviceInfo;

  NetworkAttacher(MultusPorts ports) {
    this.ports = ports;
    this.deviceInfo = new DeviceInfo(ports.deviceInfo());
  }

  /**
   * Checks that it can be attached. Changes nothing.
   *
   * @param going interfaces that are detached before it is attached
   * @throws CniException naming the network
   */
  void validate(PlannedAttachment planned, Sandbox sandbox, Set<InterfaceName> going) {
    if (!going.contains(planned.call().interfaceName())) {
      requireFree(planned, sandbox);
    }
    Chain chain = new Chain(ports.resolver(), ChainListener.NONE);
    during(planned, () -> chain.validate(planned.call()));
  }

  private void requireFree(PlannedAttachment planned, Sandbox sandbox) {
    String name = planned.call().interfaceName().value();
    if (sandbox.interfaceNames().contains(name)) {
      throw new CniException(
          ErrorCode.INTERFACE_EXISTS,
          "attach %s: the container has an interface of that name".formatted(planned.shown()),
          "ask for another interface name in the annotation");
    }
    AttachmentKey key =
        new AttachmentKey(planned.call().container(), planned.call().interfaceName());
    if (!ports.journal().ofAttachment(key).isEmpty()) {
      throw OpenAttachments.alreadyAttached(key);
    }
  }

  /** Attaches it. What was done is in the record, whether it throws or not. */
  Attached attach(PlannedAttachment planned, OpenRecord steps) {
    planned.call().deadline().require("attach " + planned.shown());
    return during(planned, () -> attached(planned, steps));
  }

  private Attached attached(PlannedAttachment planned, OpenRecord steps) {
    long start = System.nanoTime();
    planned
        .device()
        .filter(device -> !device.device().recorded())
        .ifPresent(device -> ports.deviceHold().hold(device.id(), steps));
    deviceInfo.begin(planned, steps);
    CniResult result = new Chain(ports.resolver(), new ForeignSteps(steps)).add(planned.call());
    Attached attached = new Attached(planned, result, deviceInfo.of(planned));
    recordResult(attached, steps);
    long micros = (System.nanoTime() - start) / 1_000;
    steps.fact(AttachmentFacts.MILLISECONDS, DoubleNode.valueOf(micros / 1_000.0));
    return attached;
  }

  /** In the version of the network's list, as its plugins get it at DEL, which 0.4.0 began with. */
  static void recordResult(Attached attached, OpenRecord steps) {
    CniVersion version = attached.planned().call().list().cniVersion();
    steps.fact(AttachmentFacts.RESULT, AttachmentFacts.encodeForDel(attached.result(), version));
  }

  static void during(PlannedAttachment planned, Runnable step) {
    during(
        planned,
        () -> {
          step.run();
          return planned;
        });
  }

  private static <T> T during(PlannedAttachment planned, Supplier<T> step) {
    try {
      return step.get();
    } catch (CniException e) {
      throw e.during("attach " + planned.shown());
    }
  }
}
