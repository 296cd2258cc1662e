package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import io.myriapod.vfio.given.FunctionTurn;
import io.myriapod.vfio.use.DeviceUse;
import io.myriapod.vfio.use.Use;
import java.util.List;
import java.util.Optional;

/** Whether a function is free for a pod, after its turn has come. */
final class FreeFunction {
  private final Node node;
  private final Functions functions;
  private final FunctionHolders holders;
  private final DeviceUse use;
  private final FunctionTurn turn;

  FreeFunction(
      Node node, Functions functions, FunctionHolders holders, DeviceUse use, FunctionTurn turn) {
    this.node = node;
    this.functions = functions;
    this.holders = holders;
    this.use = use;
    this.turn = turn;
  }

  /**
   * Waits as {@link FunctionTurn#await} does.
   *
   * @throws CniException 11 if that lasts too long, if another pod waits, or if it could not be
   *     cleaned after the pod before; 7 if the container has the function already
   */
  void awaitTurn(PciAddress device, AttachmentKey key, Deadline deadline) {
    turn.await(device, key, deadline::remaining)
        .ifPresent(
            hindrance -> {
              throw refused(device, hindrance);
            });
  }

  /**
   * Throws CniException 11 if somebody has it by now, or if its driver or its card is being
   * changed; 114 if somebody uses it without a record.
   */
  void requireFree(PciAddress device, AttachmentKey key) {
    holders
        .against(device, key)
        .ifPresent(
            hindrance -> {
              throw refused(device, hindrance);
            });
    uses(device).stream()
        .findFirst()
        .ifPresent(
            one -> {
              throw new CniException(
                  ErrorCode.DEVICE_IN_USE,
                  "take virtual function %s: it %s".formatted(device, one.finding()),
                  one.whatToDo());
            });
  }

  /** What the journal does not know: programs, and other pods' links on top of it. */
  private List<Use> uses(PciAddress device) {
    Optional<PciFunction> function = functions.bus().find(device);
    if (function.filter(PciFunction::isForPrograms).isPresent()) {
      return use.programOf(function.get()).stream().toList();
    }
    try (NetworkNamespace host = node.openHost()) {
      return functions.linkOf(device, host).map(use::above).orElse(List.of());
    }
  }

  private static CniException refused(PciAddress device, Hindrance hindrance) {
    return new CniException(
        hindrance.own() ? ErrorCode.INVALID_CONFIG : ErrorCode.TRY_AGAIN_LATER,
        "take virtual function %s: %s".formatted(device, hindrance.finding()),
        hindrance.whatToDo());
  }
}
