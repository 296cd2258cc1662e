package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.types.PciAddress;
import java.util.Optional;
import java.util.stream.Stream;

/** Changes of PCI functions that have begun: another driver, another number of virtual ones. */
record Changes(Journal journal, PciBus bus) {
  /** Throws CniException 11 while the function or its physical one is being changed. */
  void requireNone(PciAddress function) {
    Optional<PciAddress> physical =
        bus.find(function).flatMap(found -> found.virtualOf()).map(VirtualOf::physical);
    Stream.concat(Stream.of(function), physical.stream())
        .filter(this::isChanging)
        .findFirst()
        .ifPresent(changing -> refuse(function, changing));
  }

  private boolean isChanging(PciAddress function) {
    return journal
        .devices()
        .find(function)
        .filter(record -> record.bootId().equals(journal.bootId()))
        .filter(DeviceRecord::isChanging)
        .isPresent();
  }

  private static void refuse(PciAddress function, PciAddress changing) {
    throw new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "take host device \"%s\": a change of %s has begun and is not finished"
            .formatted(function, changing),
        "it goes on or is taken back by itself; `myriapod vf list` shows the state");
  }
}
