package io.myriapod.vfio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.OpenDevice;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Gives a function another driver: all of it, or back to what it had. */
final class Binding {
  private final Surroundings at;
  private final Viability viability;

  Binding(Surroundings at, Viability viability) {
    this.at = at;
    this.viability = viability;
  }

  /** The changes that it takes; none if it is as wanted. Throws if it must not be. */
  List<Change> plan(PciAddress address, DriverChoice choice) {
    return plan(address, choice, none -> false);
  }

  private List<Change> plan(
      PciAddress address, DriverChoice choice, Predicate<AttachmentRecord> own) {
    String attempt = attempt(address, choice);
    at.requireVirtual(attempt, address);
    at.requireSettled(attempt, address);
    requireBindable(address, choice, own);
    return changes(address, choice);
  }

  /** Makes them, and returns them. */
  List<Change> bind(PciAddress address, DriverChoice choice) {
    return bind(address, choice, none -> false);
  }

  /**
   * The same for one who may do with the function what those attachments may: that they have it
   * stands in nobody's way.
   */
  List<Change> bind(PciAddress address, DriverChoice choice, Predicate<AttachmentRecord> own) {
    return bind(address, choice, own, () -> {});
  }

  /**
   * The same if nothing has come in between.
   *
   * @param check asked under the lock once all others have passed; throws if the function must not
   *     be changed any more
   */
  List<Change> bind(
      PciAddress address, DriverChoice choice, Predicate<AttachmentRecord> own, Runnable check) {
    String attempt = attempt(address, choice);
    at.requireVirtual(attempt, address);
    at.settle(attempt, address);
    List<Change> made = new ArrayList<>();
    for (Change module : plan(address, choice, own).stream().filter(Binding::isModule).toList()) {
      module.by(at.hands());
      made.add(module);
    }
    if (!isAsWanted(at.requireVirtual(attempt, address), choice)) {
      made.addAll(bindKnown(attempt, address, choice, own, check));
    }
    return made;
  }

  private static boolean isModule(Change change) {
    return change instanceof Change.LoadModule;
  }

  private List<Change> bindKnown(
      String attempt,
      PciAddress address,
      DriverChoice choice,
      Predicate<AttachmentRecord> own,
      Runnable check) {
    requireKnown(attempt, choice);
    return make(
        attempt,
        address,
        choice,
        at.begin(
            attempt,
            address,
            () -> {
              PciFunction now = at.requireVirtual(attempt, address);
              requireAllowed(attempt, now, choice, own);
              check.run();
              return FormerDriver.of(now, at.bus()).toInverse();
            }));
  }

  /** Throws if its driver must not be changed, which it need not be if it is as wanted. */
  void requireBindable(PciAddress address, DriverChoice choice) {
    requireBindable(address, choice, none -> false);
  }

  private void requireBindable(
      PciAddress address, DriverChoice choice, Predicate<AttachmentRecord> own) {
    String attempt = attempt(address, choice);
    PciFunction function = at.requireVirtual(attempt, address);
    if (!isAsWanted(function, choice)) {
      at.requireSettled(attempt, address);
      requireAllowed(attempt, function, choice, own);
    }
  }

  /** The changes that it takes, without asking whether it may be. */
  List<Change> changes(PciAddress address, DriverChoice choice) {
    PciFunction function = at.requireVirtual(attempt(address, choice), address);
    if (isAsWanted(function, choice)) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>(modules(address, choice));
    changes.addAll(writes(function, choice));
    return changes;
  }

  /**
   * Binds as a part of a change of its physical function, whose open record keeps others away since
   * it was known that nobody uses this one.
   */
  List<Change> bindWithin(PciAddress address, DriverChoice choice) {
    String attempt = attempt(address, choice);
    PciFunction function = at.requireVirtual(attempt, address);
    if (isAsWanted(function, choice)) {
      return List.of();
    }
    if (choice instanceof Named named && named.isVfio()) {
      viability.require(attempt, function);
    }
    return make(
        attempt,
        address,
        choice,
        at.records().begin(address, FormerDriver.of(function, at.bus()).toInverse()));
  }

  private List<Change> make(
      String attempt, PciAddress address, DriverChoice choice, OpenDevice change) {
    try (change) {
      PciFunction function = at.requireVirtual(attempt, address);
      try {
        List<Change> writes = writes(function, choice);
        for (Change write : writes) {
          write.by(at.hands());
          change.progress(write.step());
        }
        requireBound(attempt, address, choice);
        change.done(known -> facts(known, function, choice));
        return writes;
      } catch (DeviceException e) {
        throw change.undo().map(e::and).orElseGet(() -> e.and(back(address)));
      }
    }
  }

  private String back(PciAddress address) {
    return at.bus()
        .find(address)
        .map(function -> "it is back with " + DriverUndo.shown(function.driver()))
        .orElse("the function is gone");
  }

  private boolean isAsWanted(PciFunction function, DriverChoice choice) {
    if (choice instanceof Named named) {
      return function.driver().equals(Optional.of(named.driver()));
    }
    return function.driver().isPresent()
        && !function.isForPrograms()
        && at.bus().driverOverrideOf(function.address()).isEmpty();
  }

  private void requireAllowed(
      String attempt, PciFunction function, DriverChoice choice, Predicate<AttachmentRecord> own) {
    at.requireUnused(attempt, function, own);
    if (choice instanceof Named named && named.isVfio()) {
      viability.require(attempt, function);
    }
  }

  /** What has to be loaded for that driver. */
  List<Change> modules(PciAddress address, DriverChoice choice) {
    return choice
        .name()
        .filter(driver -> !at.bus().knowsDriver(driver))
        .<Change>map(driver -> new Change.LoadModule(address, driver))
        .stream()
        .toList();
  }

  /** Throws DeviceException NOT_FOUND if the kernel does not have that driver. */
  void requireKnown(String attempt, DriverChoice choice) {
    choice
        .name()
        .filter(driver -> !at.bus().knowsDriver(driver))
        .ifPresent(
            driver -> {
              throw new DeviceException(
                  Kind.NOT_FOUND,
                  "%s: the kernel has no PCI driver of that name".formatted(attempt),
                  "`ls /sys/bus/pci/drivers` shows those that it has");
            });
  }

  /** The writes that change the driver of a function in that state. */
  private List<Change> writes(PciFunction function, DriverChoice choice) {
    PciAddress address = function.address();
    List<Change> writes = new ArrayList<>();
    if (!at.bus().driverOverrideOf(address).equals(choice.name())) {
      writes.add(DriverWrites.override(address, choice.name()));
    }
    function.driver().ifPresent(driver -> writes.add(DriverWrites.unbind(address, driver)));
    writes.add(DriverWrites.probe(address));
    return writes;
  }

  private void requireBound(String attempt, PciAddress address, DriverChoice choice) {
    Optional<String> now = at.bus().driverOf(address);
    boolean wanted = choice.name().isPresent() ? now.equals(choice.name()) : now.isPresent();
    if (!wanted) {
      throw new DeviceException(
          Kind.REFUSED,
          "%s: it was not taken; the function has %s".formatted(attempt, DriverUndo.shown(now)),
          "`dmesg` says why the driver does not take it");
    }
  }

  private static ObjectNode facts(ObjectNode facts, PciFunction function, DriverChoice choice) {
    if (choice.name().isEmpty()) {
      facts.remove(List.of("driver", "former"));
      return facts;
    }
    facts.put("driver", choice.name().get());
    if (!facts.has("former")) {
      function.driver().ifPresent(driver -> facts.put("former", driver));
    }
    return facts;
  }

  private static String attempt(PciAddress address, DriverChoice choice) {
    return "bind %s to %s".formatted(address, choice);
  }
}
