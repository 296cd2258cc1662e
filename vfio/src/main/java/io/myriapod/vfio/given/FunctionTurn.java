package io.myriapod.vfio.given;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import io.myriapod.vfio.use.DeviceUse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is: one pod after the other has a function. */
public final class FunctionTurn {
  /** How long the DEL of a pod before may be late. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 50;
  private static final Duration LOOK_FOR_LIFE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FunctionTurn.class);

  private final Node node;
  private final DeviceTree tree;
  private final FunctionHolders holders;
  private final DeviceUse use;
  private final DeadPods deadPods;
  private final Set<PciAddress> awaited = ConcurrentHashMap.newKeySet();

  public FunctionTurn(
      Node node, DeviceTree tree, FunctionHolders holders, DeviceUse use, DeadPods deadPods) {
    this.node = node;
    this.tree = tree;
    this.holders = holders;
    this.use = use;
    this.deadPods = deadPods;
  }

  /**
   * Waits while the DEL of the pod before is late, and cleans up after it if it is dead. One pod
   * waits for a function: others would only hold places in the agent's queue. Not to be called
   * under the lock of those that give functions away.
   *
   * @param key who waits
   * @param left how long the caller waits; zero once nobody does
   * @return what is in the way at the end; empty if nobody has it
   */
  public Optional<Hindrance> await(PciAddress device, AttachmentKey key, Supplier<Duration> left) {
    Optional<AttachmentRecord> holder = holders.other(device, key);
    if (holder.isEmpty()) {
      return Optional.empty();
    }
    if (!awaited.add(device)) {
      return Optional.of(FunctionHolders.held(holder.get(), key));
    }
    try {
      LOG.info("{} waits for {}, which {} has", key, device, holder.get().key());
      return awaitAlone(device, key, left);
    } finally {
      awaited.remove(device);
    }
  }

  private Optional<Hindrance> awaitAlone(
      PciAddress device, AttachmentKey key, Supplier<Duration> left) {
    long end = System.nanoTime() + LATE.toNanos();
    long nextLook = System.nanoTime();
    for (var holder = holders.other(device, key);
        holder.isPresent();
        holder = holders.other(device, key)) {
      Hindrance hindrance = FunctionHolders.held(holder.get(), key);
      boolean dirty = holder.get().quarantine().isPresent();
      boolean over = System.nanoTime() - end > 0 || left.get().isZero();
      if (hindrance.own() || dirty || over) {
        return Optional.of(hindrance);
      }
      if (System.nanoTime() - nextLook >= 0) {
        undoIfDead(device, holder.get(), left.get());
        nextLook = System.nanoTime() + LOOK_FOR_LIFE.toNanos();
      }
      if (!pause()) {
        return Optional.of(hindrance);
      }
    }
    return Optional.empty();
  }

  private void undoIfDead(PciAddress device, AttachmentRecord holder, Duration patience) {
    if (hasLost(device, holder)) {
      deadPods.undo(holder, patience);
    }
  }

  /**
   * What the namespace of a dead pod had is on the node. A function for programs shows nothing of
   * that kind: no program drives it, and nobody is in the namespace.
   */
  private boolean hasLost(PciAddress device, AttachmentRecord holder) {
    Optional<PciFunction> function = holders.bus().find(device);
    if (function.filter(PciFunction::isForPrograms).isPresent()) {
      return !use.isInhabited(holder) && use.programOf(function.get()).isEmpty();
    }
    try (NetworkNamespace host = node.openHost()) {
      return tree.linkOf(device, host.links()).isPresent();
    }
  }

  /** False if the thread is to end. */
  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
