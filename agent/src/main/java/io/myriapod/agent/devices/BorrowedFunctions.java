package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.functions.FunctionService;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.multus.port.LentDevices;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice;
import io.myriapod.vfio.Lending;
import io.myriapod.vfio.Loan;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import io.myriapod.vfio.given.FunctionTurn;
import io.myriapod.vfio.given.LentFunction;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * PCI functions that our pools gave to containers: those that were promised.
 *
 * @param pools for what was promised before the machine booted, of which the kubelet says nothing
 *     anew
 * @param lock of those that give functions away and change them
 */
public record BorrowedFunctions(
    FunctionHolders holders, FunctionTurn turn, Lending lending, Lock lock, DeviceService pools)
    implements LentDevices {
  /** For all functions of a pod together, however many of them are late. */
  private static final Duration LATE = Duration.ofSeconds(20);

  @Override
  public boolean mayBeAny() {
    return lending.isAnyPromised() || pools.mayGiveDrivers();
  }

  @Override
  public void takeOver(Collection<DeviceId> devices, OpenRecord steps, Deadline deadline) {
    devices.forEach(device -> promiseAnew(device, deadline));
    List<PciAddress> functions =
        devices.stream()
            .flatMap(device -> device.pci().stream())
            .filter(function -> lending.of(function).isPresent())
            .sorted()
            .toList();
    if (functions.isEmpty()) {
      return;
    }
    Deadline late = Deadline.in(LATE);
    for (PciAddress function : functions) {
      turn.await(function, steps.key(), () -> earlier(deadline.remaining(), late.remaining()))
          .ifPresent(hindrance -> refuse(function, hindrance));
    }
    record(functions, steps);
    for (PciAddress function : functions) {
      fulfil(function, steps.key());
    }
  }

  private static Duration earlier(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void promiseAnew(DeviceId device, Deadline deadline) {
    Optional<PciAddress> function = device.pci();
    if (function.isPresent() && lending.of(function.get()).isEmpty()) {
      pools
          .poolWithDriver(device, deadline)
          .ifPresent(
              pool -> {
                try {
                  lending.promise(
                      function.get(),
                      pool.driver().map(DriverChoice.Named::new),
                      pool.resource().toString());
                } catch (DeviceException e) {
                  throw FunctionService.told(e);
                }
              });
    }
  }

  /** All or none; somebody else may have come in between. */
  private void record(List<PciAddress> functions, OpenRecord steps) {
    lock.lock();
    try {
      for (PciAddress function : functions) {
        holders.against(function, steps.key()).ifPresent(hindrance -> refuse(function, hindrance));
      }
      ArrayNode lent = JsonNodeFactory.instance.arrayNode();
      functions.forEach(function -> lent.add(function.value()));
      steps.fact(AttachmentRecord.LENT, lent);
      functions.forEach(function -> announceReturn(function, steps));
    } finally {
      lock.unlock();
    }
  }

  /** One that the kernel drives, and that was promised no other driver, needs nothing. */
  private void announceReturn(PciAddress function, OpenRecord steps) {
    Optional<Loan> loan = lending.of(function);
    boolean forPrograms =
        holders.bus().find(function).filter(PciFunction::isForPrograms).isPresent();
    if (forPrograms || loan.flatMap(Loan::driver).isPresent()) {
      steps.will(new LentFunction(function, loan.map(Loan::id).orElse("")).toInverse());
    }
  }

  private void fulfil(PciAddress function, AttachmentKey key) {
    try {
      lending.fulfil(function, key.container());
    } catch (DeviceException e) {
      throw FunctionService.told(e);
    }
  }

  private static void refuse(PciAddress function, Hindrance hindrance) {
    throw new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "take over device %s, which the kubelet gave to the pod: %s"
            .formatted(function, hindrance.finding()),
        hindrance.whatToDo());
  }
}
