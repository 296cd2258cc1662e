package io.myriapod.vfio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.OpenDevice;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.FormerNumber.FormerFunction;
import io.myriapod.vfio.FormerNumber.FormerLink;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Gives a physical function its virtual ones: all of them with their drivers, or none of it. */
final class Creation {
  private final Surroundings at;
  private final Binding binding;
  private final Viability viability;
  private final QuietRules rules;

  Creation(Surroundings at, Binding binding, Viability viability, QuietRules rules) {
    this.at = at;
    this.binding = binding;
    this.viability = viability;
    this.rules = rules;
  }

  /** The changes that it takes; none if all is as wanted. Throws if it must not be. */
  List<Change> plan(WantedNumber wanted) {
    requirePhysical(wanted);
    at.requireSettled(attempt(wanted), wanted.physical());
    Sriov sriov = requireAllowed(wanted).sriov().orElseThrow();
    List<Change> plan = new ArrayList<>();
    if (sriov.number() == wanted.number()) {
      plan.addAll(mtu(wanted));
      inOrder(wanted, sriov)
          .forEach((address, driver) -> plan.addAll(binding.changes(address, driver)));
      return plan;
    }
    plan.addAll(modules(wanted));
    plan.addAll(onPhysical(wanted, sriov));
    List<PciAddress> foreseen = at.bus().foreseen(wanted.physical(), wanted.number());
    for (int index = 0; index < foreseen.size(); index++) {
      plan.addAll(onVirtual(wanted, sriov, index, foreseen.get(index)));
    }
    return plan;
  }

  /** Makes them, and returns them. */
  List<Change> create(WantedNumber wanted) {
    settle(wanted);
    if (plan(wanted).isEmpty()) {
      return List.of();
    }
    List<Change> made = new ArrayList<>();
    modules(wanted).forEach(change -> make(change, made));
    String attempt = attempt(wanted);
    wanted.drivers().values().forEach(driver -> binding.requireKnown(attempt, driver));
    try (OpenDevice change =
        at.begin(attempt, wanted.physical(), () -> former(requireAllowed(wanted)).toInverse())) {
      try {
        made.addAll(make(wanted, change));
        change.done(JsonNodeFactory.instance.objectNode());
        return made;
      } catch (DeviceException e) {
        throw change.undo().map(e::and).orElseGet(() -> e.and(back(wanted.physical())));
      }
    }
  }

  private void settle(WantedNumber wanted) {
    Sriov sriov = requirePhysical(wanted).sriov().orElseThrow();
    at.settle(attempt(wanted), wanted.physical());
    if (sriov.number() == wanted.number()) {
      inOrder(wanted, sriov).keySet().forEach(address -> at.settle(attempt(wanted), address));
    }
  }

  private List<Change> make(WantedNumber wanted, OpenDevice change) {
    Sriov former = requirePhysical(wanted).sriov().orElseThrow();
    return former.number() == wanted.number()
        ? drivers(wanted, former, change)
        : number(wanted, former, change);
  }

  private String back(PciAddress physical) {
    return at.bus().find(physical).isPresent() ? "all was taken back" : "the card is gone";
  }

  private void make(Change change, List<Change> made) {
    change.by(at.hands());
    made.add(change);
  }

  private List<Change> drivers(WantedNumber wanted, Sriov sriov, OpenDevice change) {
    List<Change> made = new ArrayList<>();
    onPhysical(mtu(wanted), change, made);
    inOrder(wanted, sriov)
        .forEach((address, driver) -> made.addAll(binding.bindWithin(address, driver)));
    return made;
  }

  private void onPhysical(List<Change> changes, OpenDevice change, List<Change> made) {
    for (Change one : changes) {
      make(one, made);
      change.progress(one.step());
    }
  }

  private List<Change> number(WantedNumber wanted, Sriov former, OpenDevice change) {
    List<Change> made = new ArrayList<>();
    onPhysical(onPhysical(wanted, former), change, made);
    former.functions().values().forEach(at.records()::forget);
    Map<Integer, PciAddress> functions = requirePhysical(wanted).sriov().orElseThrow().functions();
    requireAll(wanted, functions);
    functions.forEach((index, address) -> made.addAll(give(wanted, former, index, address)));
    return made;
  }

  private List<Change> give(WantedNumber wanted, Sriov former, int index, PciAddress address) {
    Optional<Named> driver = wanted.driverOf(index);
    if (driver.isPresent()) {
      return binding.bindWithin(address, driver.get());
    }
    List<Change> made = new ArrayList<>();
    onVirtual(wanted, former, index, address).forEach(change -> make(change, made));
    return made;
  }

  private static void requireAll(WantedNumber wanted, Map<Integer, PciAddress> functions) {
    if (functions.size() != wanted.number()) {
      throw new DeviceException(
          Kind.REFUSED,
          "%s: the kernel made %d".formatted(attempt(wanted), functions.size()),
          "`dmesg` has the driver's own words");
    }
  }

  private List<Change> modules(WantedNumber wanted) {
    LinkedHashSet<Change> modules = new LinkedHashSet<>();
    wanted
        .drivers()
        .values()
        .forEach(driver -> modules.addAll(binding.modules(wanted.physical(), driver)));
    return List.copyOf(modules);
  }

  private List<Change> onPhysical(WantedNumber wanted, Sriov sriov) {
    PciAddress physical = wanted.physical();
    List<Change> changes = new ArrayList<>(mtu(wanted));
    if (wanted.number() > 0) { // drivers of virtual functions wait for a physical one that is down
      at.linkOf(physical)
          .filter(link -> !link.isUp())
          .ifPresent(link -> changes.add(new Change.SetUp(physical, link.name(), true)));
      changes.addAll(rules.write(physical, at.bus().foreseen(physical, wanted.number())));
    }
    if (sriov.number() > 0) { // from one number to another the kernel goes by none: EBUSY
      changes.add(NumberWrites.number(physical, 0));
    }
    boolean choose = wanted.choosesDrivers() && sriov.autoprobe();
    if (choose) {
      changes.add(NumberWrites.autoprobe(physical, false));
    }
    if (wanted.number() > 0) {
      changes.add(NumberWrites.number(physical, wanted.number()));
    } else {
      changes.addAll(rules.delete(physical));
    }
    if (choose) {
      changes.add(NumberWrites.autoprobe(physical, true));
    }
    return changes;
  }

  private List<Change> onVirtual(WantedNumber wanted, Sriov former, int index, PciAddress address) {
    Optional<Named> driver = wanted.driverOf(index);
    if (driver.isPresent()) {
      return List.of(
          DriverWrites.override(address, driver.get().name()), DriverWrites.probe(address));
    }
    return wanted.choosesDrivers() && former.autoprobe()
        ? List.of(DriverWrites.probe(address))
        : List.of();
  }

  private List<Change> mtu(WantedNumber wanted) {
    return wanted
        .mtu()
        .flatMap(
            bytes ->
                at.linkOf(wanted.physical())
                    .filter(link -> link.mtu() != bytes)
                    .<Change>map(link -> new Change.SetMtu(wanted.physical(), link.name(), bytes)))
        .stream()
        .toList();
  }

  private static Map<PciAddress, Named> inOrder(WantedNumber wanted, Sriov sriov) {
    Map<PciAddress, Named> drivers = new TreeMap<>();
    wanted
        .drivers()
        .forEach((index, driver) -> drivers.put(requireThere(wanted, sriov, index), driver));
    return drivers;
  }

  private static PciAddress requireThere(WantedNumber wanted, Sriov sriov, int index) {
    return Optional.ofNullable(sriov.functions().get(index))
        .orElseThrow(
            () ->
                new DeviceException(
                    Kind.NOT_FOUND,
                    "%s: virtual function %d is not there".formatted(attempt(wanted), index),
                    "look at virtfn* of the physical function in sysfs; `vf create PF 0` drops all"));
  }

  private PciFunction requireAllowed(WantedNumber wanted) {
    String attempt = attempt(wanted);
    PciFunction physical = requirePhysical(wanted);
    if (wanted.needsIommu()) {
      viability.requireIommu(attempt, physical);
    }
    if ((wanted.number() > 0 || wanted.mtu().isPresent())
        && at.linkOf(wanted.physical()).isEmpty()) {
      throw new DeviceException(
          Kind.UNUSABLE,
          "%s: the physical function has no network interface on the node".formatted(attempt),
          "bind its kernel driver; its interface must be up while virtual functions are made");
    }
    Sriov sriov = physical.sriov().orElseThrow();
    if (sriov.number() != wanted.number()) {
      sriov.functions().values().forEach(one -> requireDroppable(attempt, one));
    } else {
      inOrder(wanted, sriov).forEach(binding::requireBindable);
    }
    return physical;
  }

  private void requireDroppable(String attempt, PciAddress virtual) {
    at.hands().requireAnswering(virtual);
    if (at.records().isBeingMade(virtual)) {
      throw new DeviceException(
          Kind.BUSY,
          "%s: a change of %s is being made".formatted(attempt, virtual),
          "try again when it is done");
    }
    at.requireUnusedOrInQuarantine(attempt, at.require(attempt, virtual), none -> false);
  }

  private PciFunction requirePhysical(WantedNumber wanted) {
    String attempt = attempt(wanted);
    at.hands().requireAnswering(wanted.physical());
    PciFunction function = at.require(attempt, wanted.physical());
    if (function.virtualOf().isPresent()) {
      throw new DeviceException(
          Kind.NOT_FOUND,
          "%s: it is a virtual function itself, of %s"
              .formatted(attempt, function.virtualOf().get().physical()),
          "name the physical function");
    }
    Sriov sriov =
        function
            .sriov()
            .orElseThrow(
                () ->
                    new DeviceException(
                        Kind.UNUSABLE,
                        "%s: it has no SR-IOV".formatted(attempt),
                        "switch SR-IOV on in the BIOS and in the card's firmware, if it has it"));
    if (wanted.number() < 0 || wanted.number() > sriov.total()) {
      throw new DeviceException(
          Kind.UNUSABLE,
          "%s: it can have 0 to %d".formatted(attempt, sriov.total()),
          "some cards can have more when their firmware is told so");
    }
    return function;
  }

  private FormerNumber former(PciFunction physical) {
    Sriov sriov = physical.sriov().orElseThrow();
    return new FormerNumber(
        sriov.number(),
        sriov.autoprobe(),
        at.linkOf(physical.address()).map(FormerLink::of),
        rules.newFile(physical.address()).map(Path::toString),
        sriov.functions().values().stream().flatMap(one -> former(one).stream()).toList());
  }

  private Optional<FormerFunction> former(PciAddress virtual) {
    return at.bus()
        .find(virtual)
        .map(one -> new FormerFunction(virtual, driverOf(one), at.factsOf(virtual)));
  }

  /** The one before a change that is left half-done, if there is one. */
  private FormerDriver driverOf(PciFunction virtual) {
    return at.records()
        .find(virtual.address())
        .flatMap(DeviceRecord::pending)
        .filter(inverse -> inverse.kind().equals(FormerDriver.KIND))
        .map(FormerDriver::from)
        .orElseGet(() -> FormerDriver.of(virtual, at.bus()));
  }

  private static String attempt(WantedNumber wanted) {
    return "create %d virtual functions on %s".formatted(wanted.number(), wanted.physical());
  }
}
