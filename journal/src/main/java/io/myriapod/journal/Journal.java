package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.ContainerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The crash-safe records of all attachments of this node. One process writes it, under an exclusive
 * lock; inside it any number of threads work on different containers at once. A {@code kill -9} at
 * any instant loses nothing that a method has returned from; a power failure nothing that was
 * written before the last {@link #sync()}, and never more than the youngest entries.
 *
 * <p>Files and rules: docs/journal.md.
 */
public final class Journal implements AutoCloseable {
  private final RecordStore store;
  private final RecordTable table;
  private final String bootId;
  private final PhaseListener listener;
  private final DeviceRecords devices;
  private final Map<AttachmentKey, Long> open = new ConcurrentHashMap<>();
  private final Set<Long> beingUndone = ConcurrentHashMap.newKeySet();
  private final NavigableSet<Long> notDurable = new ConcurrentSkipListSet<>();
  private final Optional<Housekeeping> housekeeping;
  private volatile Undo undo;

  /** A journal whose store is tended by the caller. */
  Journal(RecordStore store, String bootId, PhaseListener listener) {
    this(store, bootId, listener, Optional.empty());
  }

  private Journal(
      RecordStore store,
      String bootId,
      PhaseListener listener,
      Optional<Housekeeping> housekeeping) {
    this.store = store;
    this.housekeeping = housekeeping;
    this.table = store.table();
    this.bootId = bootId;
    this.listener = listener;
    this.devices = new DeviceRecords(store, bootId, listener);
    this.undo = new Undo(this, Map.of());
  }

  /**
   * Opens the journal of a directory, which is made if it is absent. Waits for the lock, so that a
   * successor takes over where its predecessor ends.
   *
   * @param bootId of the running boot; records of another one have lost their links and devices
   *     <p>A disk that is full or read-only does not keep it from opening: DELs must go on. {@link
   *     #writable()} tells.
   * @throws JournalUnwritableException if the directory cannot be made
   * @throws JournalException if it cannot be read, or is of a later format
   */
  public static Journal open(
      Path directory, String bootId, JournalLock lock, PhaseListener listener) {
    RecordStore store = RecordStore.open(directory, lock);
    return new Journal(store, bootId, listener, Optional.of(Housekeeping.of(store)));
  }

  /**
   * The records that a journal holds, oldest first, without its lock and while another process may
   * be writing: for {@code list} and the like. Empty if there is no such directory.
   *
   * @throws JournalException if it cannot be read, or is of a later format
   */
  public static List<AttachmentRecord> read(Path directory) {
    return RecordStore.read(directory).all();
  }

  /** The same for the records of devices, by address. */
  public static List<DeviceRecord> readDevices(Path directory) {
    return RecordStore.read(directory).devices();
  }

  /** The records of PCI functions that were changed. */
  public DeviceRecords devices() {
    return devices;
  }

  /** The running boot, as given to {@link #open}. */
  public String bootId() {
    return bootId;
  }

  /** What was found damaged or cut off when the journal was opened: one sentence each. */
  public List<String> findings() {
    return store.findings();
  }

  /** The record of the attachment itself. */
  public Optional<AttachmentRecord> find(AttachmentKey key) {
    return table.find(key);
  }

  /** The records of an attachment and of its parts, oldest first. */
  public List<AttachmentRecord> ofAttachment(AttachmentKey key) {
    return table.ofAttachment(key);
  }

  /** All records of a container, oldest first. */
  public List<AttachmentRecord> ofContainer(ContainerId container) {
    return table.ofContainer(container);
  }

  /** All records, oldest first. */
  public List<AttachmentRecord> all() {
    return table.all();
  }

  /**
   * Begins a record in phase PLANNED, or joins the one of that key that is open in this process;
   * then only those facts are added that it does not have. Not durable before {@link #sync()} or
   * the first {@link OpenRecord#will} that needs it.
   *
   * @throws AlreadyRecordedException if a record of that key exists that nobody has open, be it of
   *     a part
   * @throws JournalUnwritableException if it cannot be written; nothing has changed
   */
  public OpenRecord begin(AttachmentKey key, ObjectNode facts) {
    return begin(key, Optional.empty(), facts);
  }

  /**
   * Begins a record of its own for what is added to an attachment that is finished already, by us
   * or by others. As long as it is open, whoever begins the key joins it.
   *
   * @param part tells it from others of that attachment
   * @throws AlreadyRecordedException if that part exists, or anything of the attachment that is not
   *     attached
   * @throws JournalUnwritableException if it cannot be written; nothing has changed
   */
  public OpenRecord beginPart(AttachmentKey key, String part, ObjectNode facts) {
    return begin(key, Optional.of(part), facts);
  }

  private OpenRecord begin(AttachmentKey key, Optional<String> part, ObjectNode facts) {
    ObjectNode own = facts.deepCopy();
    long record;
    store.lock();
    try {
      Optional<AttachmentRecord> joined = beingAdded(key);
      if (joined.isPresent()) {
        return join(joined.get(), own);
      }
      requireNoneInTheWay(key, part);
      record = store.append(new Entry.Begin(new RecordOrigin(key, part, bootId), own));
      notDurable.add(record);
      open.put(key, record);
    } finally {
      store.unlock();
    }
    tell(JournalPhase.RECORD_PLANNED, key, "");
    return new OpenRecord(this, record, key, true);
  }

  /** The record of that attachment, or of a part of it, that is open in this process. */
  private Optional<AttachmentRecord> beingAdded(AttachmentKey key) {
    return Optional.ofNullable(open.get(key))
        .flatMap(this::find)
        .filter(AttachmentRecord::isBeingAdded);
  }

  /** An attachment begins with nothing; a part only joins what is finished. */
  private void requireNoneInTheWay(AttachmentKey key, Optional<String> part) {
    table.ofAttachment(key).stream()
        .filter(
            record ->
                part.isEmpty()
                    || record.part().equals(part)
                    || record.phase() != RecordPhase.ATTACHED)
        .findFirst()
        .ifPresent(
            record -> {
              throw new AlreadyRecordedException(record);
            });
  }

  private OpenRecord join(AttachmentRecord existing, ObjectNode facts) {
    facts
        .properties()
        .forEach(
            fact -> {
              if (existing.fact(fact.getKey()).isEmpty()) {
                store.append(new Entry.Fact(existing.sequence(), fact.getKey(), fact.getValue()));
              }
            });
    return new OpenRecord(this, existing.sequence(), existing.key(), false);
  }

  /**
   * Sets a fact of a record that may be attached already, over the former one of that name. Nothing
   * if the record has ended.
   *
   * @throws JournalUnwritableException if it cannot be written
   */
  public void fact(AttachmentRecord record, String name, JsonNode value) {
    if (find(record.sequence()).isPresent()) {
      store.append(new Entry.Fact(record.sequence(), name, value.deepCopy()));
      tell(JournalPhase.FACT_RECORDED, record.key(), name);
    }
  }

  /**
   * Records what others have attached and we are to detach: attached from the first moment, so that
   * a crash in the middle detaches nothing. Called again it adds what such a crash kept away. Not
   * durable before {@link #sync()}.
   *
   * @param inverses in the order in which their steps were done
   * @return whether something was recorded; not if anything of that key is recorded already
   * @throws JournalUnwritableException if it cannot be written
   */
  public boolean adopt(AttachmentKey key, ObjectNode facts, List<Inverse> inverses) {
    store.requireWritable();
    store.lock();
    try {
      List<AttachmentRecord> known = table.ofAttachment(key);
      if (!known.stream().allMatch(Journal::isHalfAdopted)) {
        return false;
      }
      long record =
          known.stream()
              .findFirst()
              .map(AttachmentRecord::sequence)
              .orElseGet(() -> take(key, facts));
      inverses.forEach(inverse -> willOnce(require(record), inverse));
      store.append(new Entry.Fact(record, AttachmentRecord.ADOPTED, BooleanNode.TRUE));
    } finally {
      store.unlock();
    }
    tell(JournalPhase.RECORD_ATTACHED, key, "");
    return true;
  }

  private long take(AttachmentKey key, ObjectNode facts) {
    ObjectNode own = facts.deepCopy().put(AttachmentRecord.ADOPTED, false);
    RecordOrigin origin = new RecordOrigin(key, Optional.empty(), bootId);
    long record = store.append(new Entry.Begin(origin, own));
    store.append(new Entry.Phase(record, RecordPhase.ATTACHED));
    return record;
  }

  private static boolean isHalfAdopted(AttachmentRecord record) {
    return record.phase() == RecordPhase.ATTACHED
        && record.fact(AttachmentRecord.ADOPTED).filter(BooleanNode.FALSE::equals).isPresent();
  }

  /**
   * Makes everything that was written so far durable. Threads that call it at the same time share
   * one disk flush.
   *
   * @throws JournalUnwritableException if it could not be made durable
   */
  public void sync() {
    store.sync();
    announceDurable();
  }

  private void announceDurable() {
    for (Long record : notDurable.headSet(store.durable(), true)) {
      if (notDurable.remove(record)) {
        find(record).ifPresent(one -> tell(JournalPhase.RECORD_SYNCED, one.key(), ""));
      }
    }
  }

  /**
   * Asked by an ADD before it changes anything: can all of it be recorded, and its undo too?
   *
   * @throws JournalUnwritableException if the disk is full, read-only or broken
   */
  public void writable() {
    store.requireWritable();
  }

  /** Flushes and releases the lock. Records that are open stay as they are, as after a crash. */
  @Override
  public void close() {
    housekeeping.ifPresent(Housekeeping::close);
    store.close();
  }

  void use(Undo serving) {
    this.undo = serving;
  }

  Optional<AttachmentRecord> find(long record) {
    return table.find(record);
  }

  /** Writes the inverse of a step. Returns the step's sequence. */
  long will(long record, Inverse inverse) {
    AttachmentKey key;
    long step;
    store.lock();
    try {
      AttachmentRecord known = requireBeingAdded(record);
      key = known.key();
      step = willOnce(known, inverse);
    } finally {
      store.unlock();
    }
    tell(JournalPhase.STEP_RECORDED, key, inverse.kind());
    return step;
  }

  /** Sequence of the step of an equal inverse if there is one, else of the new one. */
  private long willOnce(AttachmentRecord known, Inverse inverse) {
    return known.steps().stream()
        .filter(one -> one.inverse().equals(inverse))
        .findFirst()
        .map(RecordedStep::sequence)
        .orElseGet(() -> store.append(new Entry.Will(known.sequence(), known.origin(), inverse)));
  }

  /** Returns when the entry of that sequence is durable. */
  void makeDurable(long sequence) {
    if (store.durable() < sequence) {
      sync();
    }
  }

  void refine(long record, long step, ObjectNode data) {
    AttachmentRecord known = requireBeingAdded(record);
    store.append(new Entry.Refine(record, step, data.deepCopy()));
    known.steps().stream()
        .filter(one -> one.sequence() == step)
        .forEach(one -> tell(JournalPhase.STEP_REFINED, known.key(), one.inverse().kind()));
  }

  void fact(long record, String name, JsonNode value) {
    fact(require(record), name, value);
  }

  void attached(long record) {
    AttachmentRecord known = requireBeingAdded(record);
    store.append(new Entry.Phase(record, RecordPhase.ATTACHED));
    tell(JournalPhase.RECORD_ATTACHED, known.key(), "");
  }

  void stepsDone(AttachmentKey key) {
    tell(JournalPhase.STEPS_DONE, key, "");
  }

  void rollBack(long record, boolean whole, Set<Long> steps) {
    find(record)
        .ifPresent(
            known -> {
              if (whole) {
                undo.run(List.of(known));
              } else {
                undo.run(known, steps);
              }
            });
  }

  void closed(long record, AttachmentKey key) {
    open.remove(key, record);
    notDurable.remove(record);
  }

  /** Whether the caller alone may undo that record, until {@link #undoOver}. */
  boolean mayUndo(long record) {
    return beingUndone.add(record);
  }

  void undoOver(long record) {
    beingUndone.remove(record);
  }

  void deleting(AttachmentRecord record) {
    if (record.phase() != RecordPhase.DELETING) {
      store.appendAnyway(new Entry.Phase(record.sequence(), RecordPhase.DELETING));
      tell(JournalPhase.DELETE_BEGUN, record.key(), "");
    }
  }

  void undone(AttachmentRecord record, List<Long> steps) {
    store.appendAnyway(new Entry.Undone(record.sequence(), steps));
  }

  void failed(AttachmentRecord record, Map<Long, String> reasons) {
    store.appendAnyway(new Entry.Failed(record.sequence(), reasons));
  }

  void end(AttachmentRecord record) {
    store.appendAnyway(new Entry.End(record.sequence()));
    tell(JournalPhase.RECORD_ENDED, record.key(), "");
  }

  void tell(JournalPhase phase, AttachmentKey key, String detail) {
    listener.reached(phase, key, detail);
  }

  private AttachmentRecord require(long record) {
    return find(record)
        .orElseThrow(() -> new IllegalStateException("record #%d: has ended".formatted(record)));
  }

  private AttachmentRecord requireBeingAdded(long record) {
    AttachmentRecord known = require(record);
    if (!known.isBeingAdded()) {
      throw new IllegalStateException(
          "add to record of %s: it is %s".formatted(known.key(), known.phase()));
    }
    return known;
  }
}
