package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.Journal;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.types.PciAddress;

/**
 * Changes of PCI functions that have begun and are not finished: another driver, another number of
 * virtual ones.
 */
record UnfinishedChanges(Journal journal, PciBus bus) {
  /** Throws CniException 11 while the function or its physical one is being changed. */
  void requireNone(PciAddress function) {
    bus.withPhysical(function).stream()
        .filter(journal.devices()::isUnfinished)
        .findFirst()
        .ifPresent(changing -> refuse(function, changing));
  }

  private static void refuse(PciAddress function, PciAddress changing) {
    throw new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "take host device \"%s\": a change of %s has begun and is not finished"
            .formatted(function, changing),
        "it goes on or is taken back by itself; `myriapod vf list` shows the state");
  }
}
