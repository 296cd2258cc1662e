package io.myriapod.vfio;

import io.myriapod.journal.DeviceInverse;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.FormerNumber.FormerFunction;
import io.myriapod.vfio.FormerNumber.FormerLink;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Gives a physical function its former number of virtual ones back, with the drivers that they had,
 * unless those that it has now are in use.
 */
final class NumberUndo implements DeviceInverse {
  private final Surroundings at;
  private final DriverUndo drivers;

  NumberUndo(Surroundings at, DriverUndo drivers) {
    this.at = at;
    this.drivers = drivers;
  }

  @Override
  public Optional<String> undo(DeviceRecord record, Inverse inverse) {
    Optional<PciFunction> function = at.bus().find(record.device());
    Optional<Sriov> sriov = function.flatMap(PciFunction::sriov);
    if (sriov.isEmpty()) {
      return Optional.empty(); // the card is gone
    }
    FormerNumber former = FormerNumber.from(inverse);
    String attempt =
        "give %s back to %d virtual functions".formatted(record.device(), former.number());
    try {
      at.hands().requireAnswering(record.device());
      restore(attempt, record.device(), sriov.get(), former);
    } catch (DeviceException e) {
      return Optional.of("%s: %s".formatted(attempt, e.getMessage()));
    }
    return former.functions().stream().flatMap(one -> giveBack(one).stream()).findFirst();
  }

  /** Why it has not its former driver back. */
  private Optional<String> giveBack(FormerFunction former) {
    Optional<String> failure = drivers.giveBack(former.address(), former.driver());
    if (failure.isEmpty()) {
      at.records().know(former.address(), former.facts());
    }
    return failure;
  }

  private void restore(String attempt, PciAddress physical, Sriov now, FormerNumber former) {
    if (now.number() != former.number()) {
      drop(attempt, physical, now);
    }
    if (now.autoprobe() != former.autoprobe()) {
      NumberWrites.autoprobe(physical, former.autoprobe()).by(at.hands());
    }
    if (now.number() != former.number() && former.number() > 0) {
      NumberWrites.number(physical, former.number()).by(at.hands());
    }
    former.rules().ifPresent(file -> new Change.DeleteFile(physical, Path.of(file)).by(at.hands()));
    former.link().ifPresent(link -> restoreLink(physical, link));
  }

  private void drop(String attempt, PciAddress physical, Sriov now) {
    for (PciAddress virtual : now.functions().values()) {
      at.requireUnused(attempt, at.require(attempt, virtual));
    }
    if (now.number() > 0) {
      NumberWrites.number(physical, 0).by(at.hands());
    }
    now.functions().values().forEach(at.records()::forget);
  }

  private void restoreLink(PciAddress physical, FormerLink former) {
    Optional<Link> now = at.linkOf(physical);
    if (now.filter(link -> link.mtu() != former.mtu()).isPresent()) {
      new Change.SetMtu(physical, former.name(), former.mtu()).by(at.hands());
    }
    if (now.filter(link -> link.isUp() && !former.up()).isPresent()) {
      new Change.SetUp(physical, former.name(), false).by(at.hands());
    }
  }
}
