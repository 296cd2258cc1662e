package io.myriapod.vfio;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.JournalUnwritableException;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.ContainerId;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import io.myriapod.vfio.given.LentFunction;
import io.myriapod.vfio.use.Use;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives functions the driver that their pool wants for containers, and takes it back. The kubelet
 * lends a function again before the pod that had it is gone, so a loan has three moments: it is
 * promised, it is fulfilled once the function is free, and it ends with the pod.
 */
public final class Lending {
  private static final Logger LOG = LoggerFactory.getLogger(Lending.class);

  private final Surroundings at;
  private final Binding binding;
  private final Resetting resetting;

  Lending(Surroundings at, Binding binding, Resetting resetting) {
    this.at = at;
    this.binding = binding;
    this.resetting = resetting;
  }

  /**
   * What was made of a function, for {@link #cancel}.
   *
   * @param before what had been promised of it
   * @param driver the one that it had
   * @param delay why it does not have the promised driver yet; absent if it has
   */
  public record Promise(
      PciAddress function,
      Optional<Loan> before,
      Optional<String> driver,
      Optional<String> delay) {}

  /**
   * Promises a function to the container that gets it next, with that driver, which it gets at once
   * if nobody has the function.
   *
   * @param driver absent: the one that it has will do
   * @throws DeviceException if it can never have it; then nothing is promised
   */
  public Promise promise(
      PciAddress function, Optional<DriverChoice.Named> driver, String resource) {
    Optional<Loan> before = of(function);
    Optional<String> had = at.bus().driverOf(function);
    Loan loan =
        new Loan(
            resource,
            driver.map(DriverChoice.Named::driver),
            UUID.randomUUID().toString(),
            driver.flatMap(one -> former(function, before)));
    know(function, Optional.of(loan));
    try {
      driver.ifPresent(one -> binding.bind(function, one));
      return new Promise(function, before, had, Optional.empty());
    } catch (DeviceException e) {
      if (e.kind() == Kind.BUSY || e.kind() == Kind.IN_USE && isSomePods(function)) {
        return new Promise(function, before, had, Optional.of(e.getMessage()));
      }
      know(function, before);
      throw e;
    } catch (RuntimeException e) {
      know(function, before);
      throw e;
    }
  }

  /** A pod lets go of it one day; the node itself does not. */
  private boolean isSomePods(PciAddress function) {
    return at.records().holder(function).isPresent()
        || !at.records().borrowers(function).isEmpty()
        || at.bus().find(function).filter(PciFunction::linkElsewhere).isPresent()
        || at.bus().find(function).flatMap(at.use()::programOf).isPresent();
  }

  /**
   * The driver that a function has at other times, if somebody has chosen it: {@code
   * driver_override} names it, or it is one for programs.
   */
  private Optional<String> former(PciAddress function, Optional<Loan> before) {
    if (before.filter(one -> hasDriverOf(one, function)).isPresent()) {
      return before.get().former();
    }
    Optional<String> now = at.bus().driverOf(function);
    Optional<String> chosen = at.bus().driverOverrideOf(function);
    return now.filter(name -> DeviceTree.isForPrograms(name) || chosen.equals(now));
  }

  /** Under the lock, so that no loan ends just when there is another one. */
  private void know(PciAddress function, Optional<Loan> loan) {
    at.lock().lock();
    try {
      at.records().know(function, Loan.FACT, loan.map(Loan::toJson));
    } finally {
      at.lock().unlock();
    }
  }

  /** Whether any function was promised since the machine booted. */
  public boolean isAnyPromised() {
    return at.records().all().stream()
        .filter(record -> record.bootId().equals(at.node().bootId()))
        .anyMatch(record -> Loan.of(record).isPresent());
  }

  /** Takes a promise back that nobody has heard of, as far as that can be done. */
  public void cancel(Promise promise) {
    PciAddress function = promise.function();
    Optional<Loan> given =
        of(function)
            .filter(loan -> hasDriverOf(loan, function) && !loan.driver().equals(promise.driver()));
    try {
      given.ifPresent(loan -> binding.bind(function, loan.back()));
      know(function, promise.before());
    } catch (RuntimeException e) {
      LOG.warn("take back a promise of {}: {}", function, e.getMessage());
    }
  }

  /** The last loan of that function. */
  public Optional<Loan> of(PciAddress function) {
    return at.records()
        .find(function)
        .filter(record -> record.bootId().equals(at.node().bootId()))
        .flatMap(Loan::of);
  }

  /**
   * Gives a function the driver that was promised, and resets it if it had that already; to be
   * called once the container's turn has come.
   *
   * @param container what its attachments have stands in nobody's way
   * @throws DeviceException if it cannot have it
   */
  public void fulfil(PciAddress function, ContainerId container) {
    Predicate<AttachmentRecord> own = ownedBy(container);
    boolean fresh =
        of(function)
            .flatMap(Loan::driver)
            .map(DriverChoice.Named::new)
            .filter(driver -> !binding.bind(function, driver, own).isEmpty())
            .isPresent();
    if (!fresh && isResettable(function)) {
      resetting.reset(function, own);
    }
  }

  private boolean isResettable(PciAddress function) {
    return at.bus()
        .find(function)
        .filter(PciFunction::isForPrograms)
        .filter(PciFunction::hasFunctionLevelReset)
        .isPresent();
  }

  private static Predicate<AttachmentRecord> ownedBy(ContainerId container) {
    return record -> record.key().container().equals(container);
  }

  /** Ends loans, for the agent's undo. */
  InverseHandler end() {
    return this::endAll;
  }

  private Map<PendingInverse, String> endAll(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        end(one).ifPresent(reason -> failures.put(one, reason));
      } catch (RuntimeException e) { // the others are to end all the same
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  /** One that was promised again is left to whoever comes next. */
  private Optional<String> end(PendingInverse pending) {
    LentFunction lent = LentFunction.from(pending.inverse());
    Predicate<AttachmentRecord> own = ownedBy(pending.key().container());
    boolean promisedAgain = of(lent.pci()).filter(loan -> !lent.is(loan.id())).isPresent();
    if (promisedAgain || hasAnotherHolder(lent.pci(), own)) {
      return Optional.empty();
    }
    Optional<String> failure = clean(lent.pci(), own);
    if (failure.isEmpty()) {
      last(lent).ifPresent(loan -> giveBack(lent, loan, own));
    }
    return failure;
  }

  /** Resets it, unless the network that took it has done so. Its record keeps all others away. */
  private Optional<String> clean(PciAddress address, Predicate<AttachmentRecord> own) {
    Optional<PciFunction> function = at.bus().find(address).filter(PciFunction::isForPrograms);
    Optional<Use> program = function.flatMap(at.use()::programOf);
    if (program.isPresent()) {
      return Optional.of(
          "take back %s: it %s; %s"
              .formatted(address, program.get().finding(), program.get().whatToDo()));
    }
    function
        .filter(PciFunction::hasFunctionLevelReset)
        .filter(one -> at.records().holder(address).filter(own).isEmpty())
        .ifPresent(one -> DriverWrites.reset(address).by(at.hands()));
    return Optional.empty();
  }

  /** Without a word if it was promised again meanwhile, or if the journal's disk is full. */
  private void giveBack(LentFunction lent, Loan loan, Predicate<AttachmentRecord> own) {
    try {
      binding.bind(lent.pci(), loan.back(), own, () -> requireLast(lent));
    } catch (JournalUnwritableException e) {
      LOG.warn("{} keeps driver {}: {}", lent.pci(), loan.driver().orElse(""), e.getMessage());
    } catch (DeviceException e) {
      if (last(lent).isPresent()) {
        throw e;
      }
    }
  }

  private void requireLast(LentFunction lent) {
    if (last(lent).isEmpty()) {
      throw new DeviceException(
          Kind.BUSY,
          "take back %s: it was promised again".formatted(lent.pci()),
          "it goes to the pod that comes next");
    }
  }

  /** That loan, if nobody was promised the function since, and if it has the loan's driver. */
  private Optional<Loan> last(LentFunction lent) {
    return of(lent.pci())
        .filter(loan -> lent.is(loan.id()))
        .filter(loan -> hasDriverOf(loan, lent.pci()));
  }

  private boolean hasDriverOf(Loan loan, PciAddress function) {
    return loan.driver().isPresent() && loan.driver().equals(at.bus().driverOf(function));
  }

  private boolean hasAnotherHolder(PciAddress address, Predicate<AttachmentRecord> own) {
    return at.records().holder(address).filter(own.negate()).isPresent()
        || at.records().borrowers(address).stream().anyMatch(own.negate());
  }
}
