package io.myriapod.vfio;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.given.GivenFunction;
import io.myriapod.vfio.use.Use;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resets a function that programs drove when its pod goes, so that the next one finds nothing of
 * what they left; not before they have let go of it. Until then its record keeps all others away.
 * One that the kernel drives by now, or that cannot be reset, stays as it is.
 */
final class FunctionRelease implements InverseHandler {
  private final Surroundings at;

  FunctionRelease(Surroundings at) {
    this.at = at;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        release(one).ifPresent(reason -> failures.put(one, reason));
      } catch (DeviceException
          | ErrnoException
          | UncheckedIOException
          | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  private Optional<String> release(PendingInverse pending) {
    PciAddress address = GivenFunction.from(pending.inverse()).pci();
    Optional<PciFunction> function =
        at.bus()
            .find(address)
            .filter(PciFunction::isForPrograms)
            .filter(one -> !isAnothers(address, pending.key()));
    Optional<Use> program = function.flatMap(at.use()::programOf);
    if (program.isPresent()) {
      return Optional.of(
          "release %s: it %s; %s"
              .formatted(address, program.get().finding(), program.get().whatToDo()));
    }
    function
        .filter(PciFunction::hasFunctionLevelReset)
        .ifPresent(one -> DriverWrites.reset(address).by(at.hands()));
    return Optional.empty();
  }

  private boolean isAnothers(PciAddress address, AttachmentKey key) {
    return at.records().holder(address).filter(holder -> !holder.key().equals(key)).isPresent();
  }
}
