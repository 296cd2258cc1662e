package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.types.PciAddress;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** Writes down who has a device where no plugin does: executed ones have no journal. */
final class DeviceHolding {
  private final Journal journal;
  private final Lock lock;

  DeviceHolding(Journal journal, Lock lock) {
    this.journal = journal;
    this.lock = lock;
  }

  /** Throws CniException 11 if another container has the device. */
  void begin(PlannedAttachment planned, OpenRecord steps) {
    Optional<PciAddress> pci =
        planned
            .device()
            .filter(device -> !device.device().recorded())
            .flatMap(device -> device.pci());
    if (pci.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      Optional<AttachmentRecord> holder =
          journal.devices().holder(pci.get()).filter(record -> !record.key().equals(steps.key()));
      if (holder.isPresent()) {
        throw new CniException(
            ErrorCode.TRY_AGAIN_LATER,
            "take device %s: container %s has it, as \"%s\""
                .formatted(
                    pci.get(), holder.get().key().container(), holder.get().key().interfaceName()),
            "it is free again when that pod is deleted; `myriapod vf list` shows the holder");
      }
      steps.fact(AttachmentRecord.DEVICE, TextNode.valueOf(pci.get().value()));
    } finally {
      lock.unlock();
    }
  }
}
