package io.myriapod.journal.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory that forgets as real ones do: after {@link #afterPowerLoss} of what was not
 * flushed only some sectors are left, in no order, and of names a prefix of the changes. It can be
 * full, read-only, fail a flush, and die at any operation.
 */
public final class MemoryFiles implements LogFiles {
  private static final int SECTOR = 512;

  /** The process died. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final TreeMap<String, Content> names = new TreeMap<>();
  private final TreeMap<String, Content> durableNames = new TreeMap<>();
  private final List<NameChange> pending = new ArrayList<>();
  private final Random random;
  private long quota = Long.MAX_VALUE;
  private boolean readOnly;
  private boolean failForce;
  private int operations;
  private int crashAt = Integer.MAX_VALUE;
  private int forces;
  private Runnable beforeForce = () -> {};

  public MemoryFiles(long seed) {
    random = new Random(seed);
  }

  @FunctionalInterface
  private interface NameChange {
    void on(Map<String, Content> names);
  }

  private static final class Content {
    byte[] bytes = new byte[0];
    byte[] durable = new byte[0];
    final TreeSet<Integer> dirty = new TreeSet<>();
  }

  /** Dies at the nth changing operation from now on, which is half done. */
  public synchronized void crashAt(int operation) {
    operations = 0;
    crashAt = operation;
  }

  /** Changing operations since {@link #crashAt} was called last. */
  public synchronized int operations() {
    return operations;
  }

  public synchronized void quota(long bytes) {
    quota = bytes;
  }

  public synchronized void readOnly(boolean on) {
    readOnly = on;
  }

  /** The next flush fails, and what it should have flushed is taken for clean, as Linux does. */
  public synchronized void failNextForce() {
    failForce = true;
  }

  public synchronized int forces() {
    return forces;
  }

  /** Runs at the beginning of each flush of a file, outside of any lock. */
  public synchronized void beforeForce(Runnable hook) {
    beforeForce = hook;
  }

  public synchronized long used() {
    return names.values().stream().mapToLong(content -> content.bytes.length).sum();
  }

  /** The disk as a new process finds it when the old one was killed. */
  public synchronized MemoryFiles afterKill() {
    MemoryFiles copy = new MemoryFiles(random.nextLong());
    names.forEach((name, content) -> copy.put(name, content.bytes.clone()));
    return copy;
  }

  /** The disk as the machine finds it when it has power again. */
  public synchronized MemoryFiles afterPowerLoss() {
    MemoryFiles copy = new MemoryFiles(random.nextLong());
    Map<String, Content> found = new HashMap<>(durableNames);
    pending.subList(0, random.nextInt(pending.size() + 1)).forEach(change -> change.on(found));
    found.forEach((name, content) -> copy.put(name, whatIsLeft(content)));
    return copy;
  }

  private byte[] whatIsLeft(Content content) {
    int length = random.nextBoolean() ? content.bytes.length : content.durable.length;
    byte[] left = Arrays.copyOf(content.durable, length);
    for (int sector : content.dirty) {
      int from = sector * SECTOR;
      int to = Math.min(Math.min(from + SECTOR, content.bytes.length), length);
      if (from < to && random.nextBoolean()) {
        System.arraycopy(content.bytes, from, left, from, to - from);
      }
    }
    return left;
  }

  /** Puts a file there, durably. */
  public synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.bytes = bytes;
    content.durable = bytes.clone();
    names.put(name, content);
    durableNames.put(name, content);
  }

  @Override
  public String where() {
    return "memory";
  }

  @Override
  public synchronized List<String> names() {
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized byte[] read(String name) throws IOException {
    return content(name).bytes.clone();
  }

  @Override
  public synchronized LogFile create(String name) throws IOException {
    begin();
    Content content = new Content();
    changeNames(map -> map.put(name, content));
    return new File(content);
  }

  @Override
  public synchronized void cut(String name, long length) throws IOException {
    begin();
    Content content = content(name);
    content.bytes = Arrays.copyOf(content.bytes, (int) length);
    flush(content);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    begin();
    Content content = content(from);
    changeNames(
        map -> {
          map.remove(from);
          map.put(to, content);
        });
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    begin();
    changeNames(map -> map.remove(name));
  }

  @Override
  public synchronized void syncDirectory() throws IOException {
    begin();
    durableNames.clear();
    durableNames.putAll(names);
    pending.clear();
  }

  @Override
  public synchronized long usableBytes() {
    return Math.max(0, quota - used());
  }

  @Override
  public synchronized boolean writable() {
    return !readOnly;
  }

  private void changeNames(NameChange change) {
    change.on(names);
    pending.add(change);
  }

  private Content content(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return content;
  }

  private void begin() throws IOException {
    if (++operations >= crashAt) {
      throw new Crash();
    }
    if (readOnly) {
      throw new IOException("Read-only file system");
    }
  }

  private void flush(Content content) throws IOException {
    content.dirty.clear();
    if (failForce) {
      failForce = false;
      throw new IOException("Input/output error");
    }
    content.durable = content.bytes.clone();
  }

  private final class File implements LogFile {
    private final Content content;

    File(Content content) {
      this.content = content;
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      synchronized (MemoryFiles.this) {
        byte[] all = new byte[bytes.remaining()];
        bytes.duplicate().get(all);
        try {
          begin();
        } catch (Crash e) {
          copy(all, (int) position, operations == crashAt ? random.nextInt(all.length + 1) : 0);
          throw e;
        }
        long more = Math.max(0, position + all.length - content.bytes.length);
        if (used() + more > quota) {
          copy(all, (int) position, (int) Math.max(0, all.length - more));
          throw new IOException("No space left on device");
        }
        copy(all, (int) position, all.length);
      }
    }

    private void copy(byte[] all, int position, int length) {
      if (length == 0) {
        return;
      }
      if (position + length > content.bytes.length) {
        content.bytes = Arrays.copyOf(content.bytes, position + length);
      }
      System.arraycopy(all, 0, content.bytes, position, length);
      for (int at = position / SECTOR; at <= (position + length - 1) / SECTOR; at++) {
        content.dirty.add(at);
      }
    }

    @Override
    public void force() throws IOException {
      Runnable hook;
      synchronized (MemoryFiles.this) {
        hook = beforeForce;
      }
      hook.run();
      synchronized (MemoryFiles.this) {
        begin();
        forces++;
        flush(content);
      }
    }

    @Override
    public void close() {}
  }
}
