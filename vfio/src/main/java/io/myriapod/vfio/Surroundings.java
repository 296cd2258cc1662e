package io.myriapod.vfio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.DeviceRecords;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.OpenDevice;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import io.myriapod.vfio.change.Hands;
import io.myriapod.vfio.use.DeviceUse;
import io.myriapod.vfio.use.Use;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What every operation on functions needs.
 *
 * @param lock held while it is decided whether a function may be changed and while that is written
 *     to the journal; so do those that give functions to pods
 */
record Surroundings(
    Node node,
    DeviceTree tree,
    PciBus bus,
    DeviceRecords records,
    DeviceUse use,
    Hands hands,
    Lock lock) {

  /** The first link of that function in the node's namespace. */
  Optional<Link> linkOf(PciAddress address) {
    try (NetworkNamespace host = node.openHost()) {
      return tree.linkOf(address, host.links());
    }
  }

  /** Throws DeviceException NOT_FOUND if there is no such function. */
  PciFunction require(String attempt, PciAddress address) {
    return bus.find(address)
        .orElseThrow(
            () ->
                new DeviceException(
                    Kind.NOT_FOUND,
                    "%s: there is no PCI function %s".formatted(attempt, address),
                    "`myriapod vf list` shows those that there are"));
  }

  /** Throws DeviceException NOT_FOUND if there is none, or if it is no virtual function. */
  PciFunction requireVirtual(String attempt, PciAddress address) {
    hands.requireAnswering(address);
    PciFunction function = require(attempt, address);
    Optional<PciAddress> physical = function.virtualOf().map(VirtualOf::physical);
    if (physical.isEmpty()) {
      throw new DeviceException(
          Kind.NOT_FOUND,
          "%s: %s is no virtual function".formatted(attempt, address),
          "`myriapod vf list` shows the virtual functions; `vf create` makes them");
    }
    hands.requireAnswering(physical.get());
    return function;
  }

  /** Throws DeviceException IN_USE with the strongest evidence. */
  void requireUnused(String attempt, PciFunction function) {
    requireUnused(attempt, function, none -> false);
  }

  /** The same; those attachments do not count. */
  void requireUnused(String attempt, PciFunction function, Predicate<AttachmentRecord> own) {
    refuse(attempt, function, use.of(function, own).stream().findFirst());
  }

  /** The same for what cleans it: that may be what it is in quarantine for. */
  void requireUnusedOrInQuarantine(
      String attempt, PciFunction function, Predicate<AttachmentRecord> own) {
    refuse(
        attempt,
        function,
        use.of(function, own).stream().filter(one -> !one.isQuarantine()).findFirst());
  }

  private static void refuse(String attempt, PciFunction function, Optional<Use> used) {
    if (used.isPresent()) {
      throw new DeviceException(
          Kind.IN_USE,
          "%s: %s %s".formatted(attempt, function.address(), used.get().finding()),
          used.get().whatToDo());
    }
  }

  /**
   * Announces a change under the lock, after the checks have passed.
   *
   * @param checks throws if the function must not be changed, else says how to undo it
   */
  OpenDevice begin(String attempt, PciAddress address, Supplier<Inverse> checks) {
    lock.lock();
    try {
      requireSettled(attempt, address);
      return records.begin(address, checks.get());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back what a killed agent left half-done of the function or of its physical one. Not under
   * the lock: a card that is ill takes minutes, and others have theirs.
   */
  void settle(String attempt, PciAddress address) {
    records.forgetEarlierBoots();
    for (PciAddress one : bus.withPhysical(address)) {
      records.undoUnfinished(one).ifPresent(failure -> refuseUnmended(attempt, one, failure));
    }
    requireSettled(attempt, address);
  }

  /** Throws DeviceException BUSY while a change of it, or of its physical one, is not finished. */
  void requireSettled(String attempt, PciAddress address) {
    for (PciAddress one : bus.withPhysical(address)) {
      if (records.isBeingMade(one) || records.isUnfinished(one)) {
        throw new DeviceException(
            Kind.BUSY,
            "%s: another change of %s has begun and is not finished".formatted(attempt, one),
            "try again when it is done; what was cut short is taken back by the agent, or by the"
                + " next `myriapod vf` without one");
      }
    }
  }

  private static void refuseUnmended(String attempt, PciAddress address, String failure) {
    throw new DeviceException(
        Kind.UNUSABLE,
        "%s: an earlier change of %s cannot be taken back: %s".formatted(attempt, address, failure),
        "docs/vf.md says how to mend it by hand");
  }

  /** The facts of the function that are to be kept, whatever its driver is. */
  ObjectNode factsOf(PciAddress address) {
    return records
        .find(address)
        .map(DeviceRecord::facts)
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }
}
