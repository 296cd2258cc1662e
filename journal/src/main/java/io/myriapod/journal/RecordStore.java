package io.myriapod.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Table and log together. */
final class RecordStore {
  private final ReentrantLock lock = new ReentrantLock();
  private final RecordTable table = new RecordTable();
  private final JournalLock.Held held;
  private long appended;
  private volatile long durable;

  private RecordStore(JournalLock.Held held) {
    this.held = held;
  }

  static RecordStore open(Path directory, JournalLock lock) {
    directory.toFile().mkdirs();
    return new RecordStore(lock.acquire(directory.resolve("journal.lock")));
  }

  static List<AttachmentRecord> read(Path directory) {
    return List.of();
  }

  RecordTable table() {
    return table;
  }

  List<String> findings() {
    return List.of();
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  long append(Entry entry) {
    lock.lock();
    try {
      entry.applyTo(table, ++appended);
      return appended;
    } finally {
      lock.unlock();
    }
  }

  void appendAnyway(Entry entry) {
    append(entry);
  }

  long durable() {
    return durable;
  }

  void sync() {
    durable = appended;
  }

  void requireWritable() {}

  void close() {
    held.close();
  }
}
