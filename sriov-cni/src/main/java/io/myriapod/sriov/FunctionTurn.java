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
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import io.myriapod.vfio.use.DeviceUse;
import io.myriapod.vfio.use.Use;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is: one pod after the other has a function. */
final class FunctionTurn {
  /** How long the DEL of a pod before may be late. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 50;
  private static final Duration LOOK_FOR_LIFE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FunctionTurn.class);

  private final Node node;
  private final Functions functions;
  private final FunctionHolders holders;
  private final DeviceUse use;
  private final DeadPods deadPods;
  private final Set<PciAddress> awaited = ConcurrentHashMap.newKeySet();

  FunctionTurn(Node node, Functions functions, Journal journal, DeviceUse use, DeadPods deadPods) {
    this.node = node;
    this.functions = functions;
    this.holders = new FunctionHolders(journal, functions.bus());
    this.use = use;
    this.deadPods = deadPods;
  }

  /**
   * Waits while the DEL of the pod before is late, and cleans up after it if it is dead. One pod
   * waits for a function: others would only hold places in the agent's queue.
   *
   * @throws CniException 11 if that lasts too long, if another pod waits, or if it could not be
   *     cleaned after the pod before; 7 if the container has the function already
   */
  void awaitHolder(PciAddress device, AttachmentKey key, Deadline deadline) {
    Optional<AttachmentRecord> holder = holders.other(device, key);
    if (holder.isEmpty()) {
      return;
    }
    if (!awaited.add(device)) {
      throw refused(device, FunctionHolders.held(holder.get(), key));
    }
    try {
      LOG.info("{} waits for {}, which {} has", key, device, holder.get().key());
      await(device, key, deadline);
    } finally {
      awaited.remove(device);
    }
  }

  private void await(PciAddress device, AttachmentKey key, Deadline deadline) {
    long end = System.nanoTime() + LATE.toNanos();
    long nextLook = System.nanoTime();
    for (var holder = holders.other(device, key);
        holder.isPresent();
        holder = holders.other(device, key)) {
      Hindrance hindrance = FunctionHolders.held(holder.get(), key);
      boolean dirty = holder.get().quarantine().isPresent();
      if (hindrance.own() || dirty || System.nanoTime() - end > 0) {
        throw refused(device, hindrance);
      }
      deadline.require("wait for container %s, which has %s".formatted(holder.get().key(), device));
      if (System.nanoTime() - nextLook >= 0) {
        undoIfDead(device, holder.get(), deadline);
        nextLook = System.nanoTime() + LOOK_FOR_LIFE.toNanos();
      }
      pause();
    }
  }

  private void undoIfDead(PciAddress device, AttachmentRecord holder, Deadline deadline) {
    if (hasLost(device, holder)) {
      deadPods.undo(holder, deadline.remaining());
    }
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

  /**
   * What the namespace of a dead pod had is on the node. A function for programs shows nothing of
   * that kind: no program drives it, and nobody is in the namespace.
   */
  private boolean hasLost(PciAddress device, AttachmentRecord holder) {
    Optional<PciFunction> function = functions.bus().find(device);
    if (function.filter(PciFunction::isForPrograms).isPresent()) {
      return !use.isInhabited(holder) && use.programOf(function.get()).isEmpty();
    }
    try (NetworkNamespace host = node.openHost()) {
      return functions.linkOf(device, host).isPresent();
    }
  }

  private static CniException refused(PciAddress device, Hindrance hindrance) {
    return new CniException(
        hindrance.own() ? ErrorCode.INVALID_CONFIG : ErrorCode.TRY_AGAIN_LATER,
        "take virtual function %s: %s".formatted(device, hindrance.finding()),
        hindrance.whatToDo());
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
