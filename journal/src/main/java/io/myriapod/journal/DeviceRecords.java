package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The records of PCI functions whose driver or number of virtual functions was changed: one per
 * function, in the same log as those of attachments. A change is announced with its inverse before
 * it is made; one that nobody finishes is undone by the inverse, at once or by the successor of an
 * agent that was killed.
 */
public final class DeviceRecords {
  private final RecordStore store;
  private final String bootId;
  private final PhaseListener listener;
  private final Set<PciAddress> open = ConcurrentHashMap.newKeySet();
  private volatile Map<String, DeviceInverse> inverses = Map.of();

  DeviceRecords(RecordStore store, String bootId, PhaseListener listener) {
    this.store = store;
    this.bootId = bootId;
    this.listener = listener;
  }

  /**
   * Says how inverses are run.
   *
   * @param byKind by {@link Inverse#kind()}; one of another kind fails and stays
   */
  public void use(Map<String, DeviceInverse> byKind) {
    this.inverses = Map.copyOf(byKind);
  }

  public Optional<DeviceRecord> find(PciAddress device) {
    return store.table().device(device);
  }

  /** All records, by address. */
  public List<DeviceRecord> all() {
    return store.table().devices();
  }

  /**
   * The attachment that has the function, as its fact {@code device} says; those of an earlier boot
   * have lost theirs.
   */
  public Optional<AttachmentRecord> holder(PciAddress device) {
    return holder(store.table().all(), bootId, device);
  }

  /** The same among records that were read from files. */
  public static Optional<AttachmentRecord> holder(
      List<AttachmentRecord> records, String bootId, PciAddress device) {
    return records.stream()
        .filter(record -> record.bootId().equals(bootId))
        .filter(record -> record.text(AttachmentRecord.DEVICE).equals(Optional.of(device.value())))
        .reduce((older, younger) -> younger);
  }

  /** The attachments of this boot to whose pods the function was lent. */
  public List<AttachmentRecord> borrowers(PciAddress device) {
    return borrowers(store.table().all(), bootId, device);
  }

  /** The same among records that were read from files. */
  public static List<AttachmentRecord> borrowers(
      List<AttachmentRecord> records, String bootId, PciAddress device) {
    return records.stream()
        .filter(record -> record.bootId().equals(bootId))
        .filter(record -> record.hasBeenLent(device))
        .toList();
  }

  /**
   * Announces a change, with its inverse, before it is made.
   *
   * @throws IllegalStateException if one has begun already and is not finished
   * @throws JournalUnwritableException if it cannot be written; the change must not be made
   */
  public OpenDevice begin(PciAddress device, Inverse inverse) {
    store.lock();
    try {
      DeviceRecord known = find(device).filter(this::isOfThisBoot).orElseGet(() -> fresh(device));
      if (known.isChanging() || !open.add(device)) {
        throw new IllegalStateException(
            "begin a change of device %s: another one has begun".formatted(device));
      }
      append(device, known.with(inverse));
    } finally {
      store.unlock();
    }
    tell(JournalPhase.STEP_RECORDED, device, inverse.kind());
    return new OpenDevice(this, device);
  }

  /** It is open before anybody can see it, so that nobody takes it for one that is left. */
  private void append(PciAddress device, DeviceRecord begun) {
    try {
      store.append(new Entry.Device(begun));
    } catch (RuntimeException e) {
      open.remove(device);
      throw e;
    }
  }

  private DeviceRecord fresh(PciAddress device) {
    return new DeviceRecord(
        device, bootId, JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty());
  }

  /**
   * Knows that of a device, whatever was known before, and of no change of it. For an inverse that
   * makes something hold again which was forgotten meanwhile.
   */
  public void know(PciAddress device, ObjectNode facts) {
    DeviceRecord next = fresh(device).with(facts);
    if (next.isEmpty()) {
      forget(device);
    } else if (!find(device).equals(Optional.of(next))) {
      store.appendAnyway(new Entry.Device(next));
      tell(JournalPhase.RECORD_ATTACHED, device, "");
    }
  }

  /**
   * Knows one more thing of a device, or another one; whatever else is known of it, and a change
   * that is under way, stay.
   *
   * @param value absent: forget it
   * @throws JournalUnwritableException if it cannot be written
   */
  public void know(PciAddress device, String fact, Optional<JsonNode> value) {
    store.lock();
    try {
      DeviceRecord known = find(device).filter(this::isOfThisBoot).orElseGet(() -> fresh(device));
      ObjectNode facts = known.facts();
      facts.remove(fact);
      value.ifPresent(one -> facts.set(fact, one.deepCopy()));
      if (!facts.equals(known.facts())) {
        store.append(entry(known.with(facts)));
      }
    } finally {
      store.unlock();
    }
    tell(JournalPhase.FACT_RECORDED, device, fact);
  }

  /** Forgets a device that is gone. */
  public void forget(PciAddress device) {
    forgetIf(device, record -> true);
  }

  /** Forgets what an earlier boot left: drivers and virtual functions went with it. */
  public void forgetEarlierBoots() {
    all().forEach(record -> forgetIf(record.device(), one -> !isOfThisBoot(one)));
  }

  private void forgetIf(PciAddress device, Predicate<DeviceRecord> outdated) {
    store.lock();
    try {
      if (find(device).filter(outdated).isEmpty()) {
        return;
      }
      store.appendAnyway(new Entry.DeviceGone(device));
    } finally {
      store.unlock();
    }
    tell(JournalPhase.RECORD_ENDED, device, "");
  }

  private boolean isOfThisBoot(DeviceRecord record) {
    return record.bootId().equals(bootId);
  }

  /**
   * Undoes every change that was not finished and that nobody is making or undoing, and returns
   * those that could not be.
   */
  public List<DeviceRecord> undoUnfinished() {
    List<DeviceRecord> failed = new ArrayList<>();
    for (DeviceRecord record : all()) {
      if (undoUnfinished(record.device()).isPresent()) {
        find(record.device()).filter(DeviceRecord::isChanging).ifPresent(failed::add);
      }
    }
    return failed;
  }

  /**
   * Undoes the change of one device if it was not finished and nobody is making or undoing it.
   * Returns why it could not be undone.
   */
  public Optional<String> undoUnfinished(PciAddress device) {
    if (!isUnfinished(device) || !open.add(device)) {
      return Optional.empty();
    }
    try {
      return isUnfinished(device) ? undo(device) : Optional.empty();
    } finally {
      closed(device);
    }
  }

  /** Whether somebody in this process is changing it, or undoing a change. */
  public boolean isBeingMade(PciAddress device) {
    return open.contains(device);
  }

  /** Whether a change of it has begun in this boot and is not finished, whoever is at it. */
  public boolean isUnfinished(PciAddress device) {
    return find(device).filter(this::isOfThisBoot).filter(DeviceRecord::isChanging).isPresent();
  }

  void closed(PciAddress device) {
    open.remove(device);
  }

  void progress(PciAddress device, String step) {
    tell(JournalPhase.STEP_REFINED, device, step);
  }

  void done(PciAddress device, UnaryOperator<ObjectNode> facts) {
    DeviceRecord next;
    store.lock();
    try {
      DeviceRecord known = find(device).orElseGet(() -> fresh(device));
      next = known.with(facts.apply(known.facts())).settled();
      store.append(entry(next));
    } finally {
      store.unlock();
    }
    tell(next.isEmpty() ? JournalPhase.RECORD_ENDED : JournalPhase.RECORD_ATTACHED, device, "");
  }

  private static Entry entry(DeviceRecord next) {
    return next.isEmpty() ? new Entry.DeviceGone(next.device()) : new Entry.Device(next);
  }

  /** Runs the pending inverse; why it failed, if it did. */
  Optional<String> undo(PciAddress device) {
    Optional<DeviceRecord> known = find(device).filter(DeviceRecord::isChanging);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Inverse inverse = known.get().pending().orElseThrow();
    tell(JournalPhase.INVERSE_STARTING, device, inverse.kind());
    Optional<String> failure = run(known.get(), inverse);
    tell(JournalPhase.INVERSE_RUN, device, inverse.kind());
    DeviceRecord next = noted(known.get(), failure);
    if (failure.isPresent()) {
      tell(JournalPhase.INVERSE_FAILED, device, inverse.kind());
      return failure;
    }
    tell(JournalPhase.INVERSE_NOTED, device, inverse.kind());
    if (next.isEmpty()) {
      tell(JournalPhase.RECORD_ENDED, device, "");
    }
    return Optional.empty();
  }

  /** An inverse takes its time: what became known of the device meanwhile stays known. */
  private DeviceRecord noted(DeviceRecord before, Optional<String> failure) {
    store.lock();
    try {
      DeviceRecord now = find(before.device()).orElse(before);
      DeviceRecord next = failure.map(now::failed).orElseGet(now::settled);
      store.appendAnyway(entry(next));
      return next;
    } finally {
      store.unlock();
    }
  }

  private Optional<String> run(DeviceRecord record, Inverse inverse) {
    DeviceInverse handler = inverses.get(inverse.kind());
    if (handler == null) {
      return Optional.of("no handler for inverses of kind \"%s\"".formatted(inverse.kind()));
    }
    try {
      return handler.undo(record, inverse);
    } catch (RuntimeException e) {
      return Optional.of(Optional.ofNullable(e.getMessage()).orElseGet(e::toString));
    }
  }

  private void tell(JournalPhase phase, PciAddress device, String detail) {
    listener.reached(phase, new DeviceKey(device), detail);
  }
}
