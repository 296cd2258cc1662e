package io.myriapod.journal;

import io.myriapod.journal.log.DirectoryFiles;
import io.myriapod.journal.log.EntryLog;
import io.myriapod.journal.log.LogContent;
import io.myriapod.journal.log.LogEntry;
import io.myriapod.journal.log.LogFiles;
import io.myriapod.journal.log.LogReader;
import io.myriapod.journal.log.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** The table of records and the log that makes it survive: they change together, under one lock. */
final class RecordStore {
  private static final String LOCK_FILE = "journal.lock";

  private final ReentrantLock lock = new ReentrantLock();
  private final RecordTable table = new RecordTable();
  private final LogFiles files;
  private final JournalLock.Held held;
  private final List<String> findings = new ArrayList<>();
  private final EntryLog log;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Reads and takes over what is in the files, which nobody else writes while the lock is held. */
  RecordStore(LogFiles files, LogSettings settings, JournalLock.Held held) throws IOException {
    this.files = files;
    this.held = held;
    LogContent content = LogReader.read(files);
    findings.addAll(content.findings());
    load(content, table, findings);
    this.log = EntryLog.open(files, content, settings, lock, this::state);
  }

  static RecordStore open(Path directory, JournalLock lock) {
    DirectoryFiles files = directory(directory);
    JournalLock.Held held = lock.acquire(directory.resolve(LOCK_FILE));
    try {
      return new RecordStore(files, LogSettings.DEFAULT, held);
    } catch (IOException e) {
      held.close();
      throw unreadable(directory.toString(), e);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private static DirectoryFiles directory(Path directory) {
    try {
      return DirectoryFiles.make(directory);
    } catch (IOException e) {
      throw new JournalUnwritableException("make journal %s: %s".formatted(directory, e), e);
    }
  }

  static RecordTable read(Path directory) {
    RecordTable table = new RecordTable();
    if (!Files.isDirectory(directory)) {
      return table;
    }
    try {
      load(LogReader.read(new DirectoryFiles(directory)), table, new ArrayList<>());
      return table;
    } catch (IOException e) {
      throw unreadable(directory.toString(), e);
    }
  }

  private static JournalException unreadable(String where, IOException cause) {
    return new JournalException("read journal %s: %s".formatted(where, cause.getMessage()), cause);
  }

  private static void load(LogContent content, RecordTable table, List<String> findings) {
    for (byte[] record : content.snapshot()) {
      try {
        EntryJson.readInto(table, record);
      } catch (IllegalArgumentException e) {
        findings.add("read record of a snapshot: " + e.getMessage());
      }
    }
    for (LogEntry entry : content.entries()) {
      try {
        EntryJson.readEntry(entry.payload()).applyTo(table, entry.sequence());
      } catch (IllegalArgumentException e) {
        findings.add("read entry %d: %s".formatted(entry.sequence(), e.getMessage()));
      }
    }
  }

  private Stream<byte[]> state() {
    return Stream.concat(
        table.all().stream().map(EntryJson::write), table.devices().stream().map(EntryJson::write));
  }

  RecordTable table() {
    return table;
  }

  EntryLog log() {
    return log;
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Writes an entry and makes its change; neither if it cannot be written. */
  long append(Entry entry) {
    byte[] payload = EntryJson.write(entry);
    lock.lock();
    try {
      catchUp();
      long sequence = log.append(payload);
      entry.applyTo(table, sequence);
      return sequence;
    } catch (IOException e) {
      throw unwritable("append to", e);
    } finally {
      lock.unlock();
    }
  }

  /** Makes the change of an entry and writes it as soon as that is possible. */
  void appendAnyway(Entry entry) {
    byte[] payload = EntryJson.write(entry);
    lock.lock();
    try {
      entry.applyTo(table, log.appendAnyway(payload));
    } finally {
      lock.unlock();
    }
  }

  long durable() {
    return log.durable();
  }

  void sync() {
    try {
      log.sync();
    } catch (IOException e) {
      syncByRewriting();
    }
  }

  /** A flush that failed is not asked again: the state goes into fresh files. */
  private void syncByRewriting() {
    lock.lock();
    try {
      catchUp();
    } catch (IOException e) {
      throw unwritable("flush", e);
    } finally {
      lock.unlock();
    }
  }

  void requireWritable() {
    lock.lock();
    try {
      catchUp();
      log.requireWritable();
    } catch (IOException e) {
      throw unwritable("write", e);
    } finally {
      lock.unlock();
    }
  }

  private void catchUp() throws IOException {
    if (log.isBehind()) {
      log.rewrite();
    }
  }

  /** Does what need not be done while somebody waits. */
  void tend() throws IOException {
    if (log.isBehind()) {
      syncByRewriting();
    }
    if (log.compactionDue()) {
      log.compact();
    }
    log.prepareNext();
    if (log.durable() < log.appended()) {
      log.sync();
    }
  }

  void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      sync();
    } finally {
      log.close();
      held.close();
    }
  }

  private JournalUnwritableException unwritable(String attempt, IOException cause) {
    return new JournalUnwritableException(
        "%s journal %s: %s".formatted(attempt, files.where(), cause.getMessage()), cause);
  }
}
