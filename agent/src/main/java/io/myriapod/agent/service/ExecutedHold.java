package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.OpenRecord;
import io.myriapod.multus.port.DeviceHold;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import java.util.concurrent.locks.Lock;

/** Who has which PCI function of those that executed plugins take. */
record ExecutedHold(FunctionHolders holders, Lock lock) implements DeviceHold {
  @Override
  public void hold(DeviceId device, OpenRecord steps) {
    device.pci().ifPresent(pci -> hold(pci, steps));
  }

  private void hold(PciAddress pci, OpenRecord steps) {
    lock.lock();
    try {
      holders
          .against(pci, steps.key())
          .ifPresent(
              hindrance -> {
                throw refused(pci, hindrance);
              });
      steps.fact(AttachmentRecord.DEVICE, TextNode.valueOf(pci.value()));
    } finally {
      lock.unlock();
    }
  }

  private static CniException refused(PciAddress pci, Hindrance hindrance) {
    return new CniException(
        hindrance.own() ? ErrorCode.INVALID_CONFIG : ErrorCode.TRY_AGAIN_LATER,
        "take device %s: %s".formatted(pci, hindrance.finding()),
        hindrance.whatToDo());
  }
}
