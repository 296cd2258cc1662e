package io.myriapod.vfio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.OpenDevice;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.util.List;
import java.util.function.Predicate;

/** Function level reset: what a function was told by whoever had it is forgotten. */
final class Resetting {
  /** A reset cannot be undone; its record keeps others away while it is done. */
  static final String KIND = "reset";

  private final Surroundings at;

  Resetting(Surroundings at) {
    this.at = at;
  }

  List<Change> plan(PciAddress address) {
    return plan(address, none -> false);
  }

  private List<Change> plan(PciAddress address, Predicate<AttachmentRecord> own) {
    String attempt = "reset " + address;
    PciFunction function = at.requireVirtual(attempt, address);
    at.requireSettled(attempt, address);
    requireAllowed(attempt, function, own);
    return List.of(DriverWrites.reset(address));
  }

  List<Change> reset(PciAddress address) {
    return reset(address, none -> false);
  }

  /** The same for one who may do with the function what those attachments may. */
  List<Change> reset(PciAddress address, Predicate<AttachmentRecord> own) {
    String attempt = "reset " + address;
    at.requireVirtual(attempt, address);
    at.settle(attempt, address);
    List<Change> plan = plan(address, own);
    try (OpenDevice change =
        at.begin(
            attempt,
            address,
            () -> {
              requireAllowed(attempt, at.requireVirtual(attempt, address), own);
              return new Inverse(KIND, UndoClass.DEVICE, JsonNodeFactory.instance.objectNode());
            })) {
      for (Change one : plan) {
        one.by(at.hands());
        change.progress(one.step());
      }
      change.done(known -> known);
    }
    return plan;
  }

  private void requireAllowed(
      String attempt, PciFunction function, Predicate<AttachmentRecord> own) {
    at.requireUnusedOrInQuarantine(attempt, function, own);
    if (!function.hasFunctionLevelReset()) {
      throw new DeviceException(
          Kind.UNUSABLE,
          "%s: the function has no function level reset%s"
              .formatted(
                  attempt,
                  function.resetMethods().isEmpty()
                      ? ""
                      : ", but " + String.join(", ", function.resetMethods())),
          "create the virtual functions anew, or reset the physical one");
    }
  }
}
