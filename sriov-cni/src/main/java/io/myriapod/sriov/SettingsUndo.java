package io.myriapod.sriov;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.DeviceRecords;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.GivenDevice;
import io.myriapod.vfio.given.GivenFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** Tells cards what they said before. A function that is gone took its settings along. */
final class SettingsUndo implements InverseHandler {
  private final Node node;
  private final Functions functions;
  private final DeviceRecords records;
  private final Lock lock;

  SettingsUndo(Node node, Functions functions, DeviceRecords records, Lock lock) {
    this.node = node;
    this.functions = functions;
    this.records = records;
    this.lock = lock;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    lock.lock();
    try (NetworkNamespace host = node.openHost()) {
      for (PendingInverse one : batch) {
        undo(one, host).ifPresent(reason -> failures.put(one, reason));
      }
    } finally {
      lock.unlock();
    }
    return failures;
  }

  /** Another attachment has it by now: its settings are that one's. */
  private boolean isAnothers(PciAddress function, AttachmentKey key) {
    return records.holder(function).filter(holder -> !holder.key().equals(key)).isPresent();
  }

  /** What is to be told when it is home: its record, as it is now, says whether it has come. */
  private boolean isStillAway(PciAddress function, PendingInverse pending) {
    return pending.inverse().undoClass() == UndoClass.CARD
        && records
            .holder(function)
            .filter(record -> record.key().equals(pending.key()))
            .filter(record -> record.inverses().stream().anyMatch(SettingsUndo::isHomecoming))
            .isPresent();
  }

  private static boolean isHomecoming(Inverse inverse) {
    return inverse.kind().equals(GivenDevice.KIND) || inverse.kind().equals(GivenFunction.KIND);
  }

  private String tellAgain(GivenSettings given, NetworkNamespace host) {
    return functions
        .cardOf(given.function(), host)
        .map(card -> String.join("; ", card.tellAgain(given.former())))
        .orElseGet(
            () ->
                "put settings of %s back: its physical function has no interface on the node"
                    .formatted(given.function()));
  }

  private Optional<String> undo(PendingInverse pending, NetworkNamespace host) {
    try {
      GivenSettings given = GivenSettings.from(pending.inverse());
      if (isAnothers(given.function(), pending.key())) {
        return Optional.empty();
      }
      if (functions.bus().find(given.function()).isEmpty()) {
        return Optional.empty();
      }
      if (isStillAway(given.function(), pending)) {
        return Optional.of(
            "put settings of %s back: it is not home yet".formatted(given.function()));
      }
      return Optional.of(tellAgain(given, host)).filter(refusals -> !refusals.isEmpty());
    } catch (ErrnoException | IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
