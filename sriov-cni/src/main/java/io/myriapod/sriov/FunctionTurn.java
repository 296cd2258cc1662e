package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeadPods;
import io.myriapod.vfio.use.DeviceUse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is: one pod after the other has a function. */
final class FunctionTurn {
  /** How long the DEL of a pod before may be late. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 50;

  private static final Logger LOG = LoggerFactory.getLogger(FunctionTurn.class);

  private final Node node;
  private final Functions functions;
  private final Journal journal;
  private final DeviceUse use;
  private final DeadPods deadPods;

  FunctionTurn(Node node, Functions functions, Journal journal, DeviceUse use, DeadPods deadPods) {
    this.node = node;
    this.functions = functions;
    this.journal = journal;
    this.use = use;
    this.deadPods = deadPods;
  }

  /**
   * Waits while the DEL of the pod before is late, and cleans up after it if it is dead.
   *
   * @throws CniException 11 if that lasts too long, or could not be cleaned after that pod, 7 if
   *     the container has the function already
   */
  void awaitHolder(PciAddress device, AttachmentKey key, Deadline deadline) {
    long end = System.nanoTime() + LATE.toNanos();
    Optional<AttachmentRecord> holder = holder(device, key);
    holder.ifPresent(it -> LOG.info("{} waits for {}, which {} has", key, device, it.key()));
    while (holder.isPresent()) {
      requireOthers(device, holder.get(), key);
      if (holder.get().quarantine().isPresent() || System.nanoTime() - end > 0) {
        throw held(device, holder.get());
      }
      if (hasLost(device)) {
        deadPods.undo(holder.get());
      }
      deadline.require("wait for container %s, which has %s".formatted(holder.get().key(), device));
      pause();
      holder = holder(device, key);
    }
  }

  /**
   * Throws CniException 11 if somebody has it by now, or if its driver or its card is being
   * changed.
   */
  void requireFree(PciAddress device, AttachmentKey key) {
    Optional<AttachmentRecord> holder = holder(device, key);
    if (holder.isPresent()) {
      throw held(device, holder.get());
    }
    functions.bus().withPhysical(device).stream()
        .filter(journal.devices()::isUnfinished)
        .findFirst()
        .ifPresent(
            changing -> {
              throw new CniException(
                  ErrorCode.TRY_AGAIN_LATER,
                  "take virtual function %s: a change of %s has begun and is not finished"
                      .formatted(device, changing),
                  "it goes on or is taken back by itself; `myriapod vf list` shows the state");
            });
  }

  private Optional<AttachmentRecord> holder(PciAddress device, AttachmentKey key) {
    return journal.devices().holder(device).filter(record -> !record.key().equals(key));
  }

  /**
   * What the namespace of a dead pod had is on the node; a program that has ended drives nothing.
   */
  private boolean hasLost(PciAddress device) {
    Optional<PciFunction> function = functions.bus().find(device);
    if (function.filter(PciFunction::isForPrograms).isPresent()) {
      return use.programOf(function.get()).isEmpty();
    }
    try (NetworkNamespace host = node.openHost()) {
      return functions.linkOf(device, host).isPresent();
    }
  }

  private static void requireOthers(PciAddress device, AttachmentRecord holder, AttachmentKey key) {
    if (holder.key().container().equals(key.container())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "take virtual function %s: the same container has it already, as \"%s\""
              .formatted(device, holder.key().interfaceName()),
          "two networks of one pod cannot have the same function");
    }
  }

  private static CniException held(PciAddress device, AttachmentRecord holder) {
    if (holder.quarantine().isPresent()) {
      return new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "take virtual function %s: it could not be cleaned after container %s: %s"
              .formatted(device, holder.key().container(), holder.quarantine().get()),
          "it is tried again by itself; docs/sriov.md says how to mend it by hand");
    }
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "take virtual function %s: container %s has it, as \"%s\""
            .formatted(device, holder.key().container(), holder.key().interfaceName()),
        "it is free again when that pod is deleted; `myriapod vf list` shows the holder");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER, "wait for a virtual function: interrupted", "call again", e);
    }
  }
}
