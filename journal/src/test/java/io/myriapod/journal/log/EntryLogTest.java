package io.myriapod.journal.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryLogTest {
  private static final LogSettings SMALL = new LogSettings(4096, 1024, 8192);

  private final ReentrantLock lock = new ReentrantLock();

  private EntryLog open(LogFiles files) throws IOException {
    return EntryLog.open(files, LogReader.read(files), SMALL, lock, Stream::empty);
  }

  private long append(EntryLog log, String text) throws IOException {
    lock.lock();
    try {
      return log.append(text.getBytes(StandardCharsets.UTF_8));
    } finally {
      lock.unlock();
    }
  }

  private static List<String> texts(LogFiles files) throws IOException {
    return LogReader.read(files).entries().stream()
        .map(entry -> new String(entry.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void frame_encoded_isAsDocumented() {
    byte[] bytes = Frame.encode(2, 1, new byte[] {'{', '}'}).array();
    assertEquals(
        "4d59524a" + "00000002" + "13be356f" + "0000000000000002" + "0000000000000001" + "7b7d",
        HexFormat.of().formatHex(bytes));
    assertEquals(
        "4d5952494a524e4c" + "00000003" + "00000002" + "0000000000000009" + "00000003" + "67708967",
        HexFormat.of().formatHex(FileHeader.ofSnapshot(9, 3).bytes()));
  }

  @Test
  void open_fileOfALaterFormat_isRefusedAndLeftAlone() throws IOException {
    MemoryFiles files = new MemoryFiles(1);
    byte[] later = new FileHeader(4, 1, 0, 0).bytes();
    files.put(FileName.segment(1).toString(), later);
    var refusal = assertThrows(LogVersionException.class, () -> open(files));
    assertEquals(
        "read segment-000000000000000001.log in memory: format version 4, want 1 to 3",
        refusal.getMessage());
    assertArrayEquals(later, files.read(FileName.segment(1).toString()));
  }

  @Test
  void open_fileOfTheFormerFormat_isRead() throws IOException {
    MemoryFiles files = new MemoryFiles(1);
    open(files).append("old".getBytes(StandardCharsets.US_ASCII));
    String name = files.names().get(0);
    byte[] former = files.read(name);
    System.arraycopy(new FileHeader(1, 1, 0, 0).bytes(), 0, former, 0, FileHeader.BYTES);
    files.put(name, former);

    LogContent content = LogReader.read(files);

    assertEquals("old", new String(content.entries().get(0).payload(), StandardCharsets.US_ASCII));
    assertEquals(List.of(), content.findings());
  }

  @Test
  void open_strangeFiles_areLeftAloneAndTemporaryOnesRemoved() throws IOException {
    MemoryFiles files = new MemoryFiles(1);
    files.put("journal.lock", new byte[0]);
    files.put("snapshot-000000000000000005.log.tmp", new byte[10]);
    files.put("segment-000000000000000003.log", new byte[100]); // was being allocated
    open(files);
    assertEquals(List.of("journal.lock", "segment-000000000000000004.log"), files.names());
  }

  @Test
  void append_largerThanASegment_getsOneOfItsOwn() throws IOException {
    MemoryFiles files = new MemoryFiles(1);
    EntryLog log = open(files);
    String large = "x".repeat(3 * SMALL.segment());
    append(log, "small");
    append(log, large);
    append(log, "small again");
    assertEquals(List.of("small", large, "small again"), texts(files));
  }

  @Test
  void sync_whileAnotherFlushes_sharesTheNextOne() throws Exception {
    MemoryFiles files = new MemoryFiles(1);
    EntryLog log = open(files);
    CountDownLatch flushing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    files.beforeForce(
        () -> {
          flushing.countDown();
          awaitQuietly(goOn);
        });
    int before = files.forces();
    append(log, "first");
    List<Thread> threads = new ArrayList<>();
    threads.add(syncing(log));
    flushing.await();
    for (int i = 0; i < 8; i++) {
      append(log, "more " + i);
      threads.add(syncing(log));
    }
    for (Thread thread : threads.subList(1, threads.size())) {
      awaitWaiting(thread);
    }
    goOn.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(before + 2, files.forces());
    assertEquals(9, log.durable());
    assertEquals(9, texts(files.afterPowerLoss()).size());
  }

  private static Thread syncing(EntryLog log) {
    Thread thread =
        new Thread(
            () -> {
              try {
                log.sync();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitWaiting(Thread thread) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(System.nanoTime() < deadline, "thread never waited");
      Thread.onSpinWait();
    }
  }

  @Test
  void threads_appendingSyncingCompacting_loseNothing() throws Exception {
    MemoryFiles files = new MemoryFiles(1);
    List<String> state = new ArrayList<>(); // guarded by lock
    EntryLog log =
        EntryLog.open(
            files,
            LogReader.read(files),
            SMALL,
            lock,
            () -> List.copyOf(state).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)));
    ExecutorService pool = Executors.newFixedThreadPool(5);
    AtomicBoolean over = new AtomicBoolean();
    Future<Long> tending =
        pool.submit(
            () -> {
              long rounds = 0;
              for (; !over.get(); rounds++) {
                log.compact();
                log.prepareNext();
              }
              return rounds;
            });
    List<Future<Boolean>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      String name = "writer" + writer;
      writers.add(
          pool.submit(
              () -> {
                boolean always = true;
                for (int i = 0; i < 100; i++) {
                  lock.lock();
                  long sequence;
                  try {
                    sequence = log.append((name + " " + i).getBytes(StandardCharsets.UTF_8));
                    state.add(name + " " + i);
                  } finally {
                    lock.unlock();
                  }
                  log.sync();
                  always &= log.durable() >= sequence;
                }
                return always;
              }));
    }
    for (Future<Boolean> writer : writers) {
      assertTrue(writer.get());
    }
    over.set(true);
    assertTrue(tending.get() > 0);
    pool.shutdown();
    LogContent content = LogReader.read(files.afterPowerLoss());
    List<String> found = new ArrayList<>();
    content.snapshot().forEach(bytes -> found.add(new String(bytes, StandardCharsets.UTF_8)));
    content.entries().forEach(e -> found.add(new String(e.payload(), StandardCharsets.UTF_8)));
    assertEquals(state, found);
    assertEquals(List.of(), content.findings());
  }

  @Test
  void directory_ofARealDisk_keepsWhatWasWritten(@TempDir Path temporary) throws IOException {
    Path directory = temporary.resolve("a/journal");
    DirectoryFiles files = DirectoryFiles.make(directory);
    EntryLog log = open(files);
    for (int i = 0; i < 200; i++) {
      append(log, "entry " + i);
    }
    log.sync();
    log.close();
    assertEquals(200, texts(files).size());
    EntryLog again = open(files);
    append(again, "one more");
    assertEquals("one more", texts(files).get(200));
    again.compact();
    assertEquals(List.of(), texts(files)); // its owner's state is empty
    assertEquals(2, files.names().size());
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    for (String name : files.names()) {
      Path file = directory.resolve(name);
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    again.close();
  }

  @Test
  void interrupt_whileWriting_harmsNeitherFileNorInterrupt(@TempDir Path directory)
      throws IOException {
    EntryLog log = open(new DirectoryFiles(directory));
    append(log, "before");
    Thread.currentThread().interrupt();
    append(log, "interrupted");
    log.sync();
    log.compact();
    append(log, "still interrupted");
    log.sync();
    assertTrue(Thread.interrupted());
    append(log, "after");
    log.close();
    assertEquals(List.of("still interrupted", "after"), texts(new DirectoryFiles(directory)));
  }

  @Test
  void interrupt_ofOneThread_doesNotDisturbOthersOnTheSameFile(@TempDir Path directory)
      throws Exception {
    DirectoryFile file = DirectoryFile.create(directory.resolve("f"));
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Future<Boolean> disturber =
        pool.submit(
            () -> {
              for (int i = 0; i < 60; i++) {
                Thread.currentThread().interrupt();
                file.force();
                assertTrue(Thread.interrupted());
              }
              over.set(true);
              return true;
            });
    int written = 0;
    while (!over.get() && !disturber.isDone()) {
      file.write(ByteBuffer.wrap(new byte[] {(byte) written}), written++);
    }
    assertTrue(disturber.get());
    pool.shutdown();
    file.close();
    byte[] bytes = Files.readAllBytes(directory.resolve("f"));
    assertEquals(written, bytes.length);
    for (int i = 0; i < written; i++) {
      assertEquals((byte) i, bytes[i]);
    }
    assertThrows(IOException.class, file::force);
  }

  @Test
  void read_whileCompactionsRemoveFiles_seesSomeMoment(@TempDir Path directory) throws Exception {
    DirectoryFiles files = new DirectoryFiles(directory);
    EntryLog log =
        EntryLog.open(
            files,
            LogReader.read(files),
            SMALL,
            lock,
            () -> Stream.of("state".getBytes(StandardCharsets.UTF_8)));
    append(log, "first");
    log.compact();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Future<Integer> reader =
        pool.submit(
            () -> {
              int reads = 0;
              for (; !over.get(); reads++) {
                LogContent content = LogReader.read(new DirectoryFiles(directory));
                assertEquals(1, content.snapshot().size());
                assertFalse(content.damaged(), content.findings().toString());
              }
              return reads;
            });
    for (int i = 0; i < 12; i++) {
      append(log, "entry " + i);
      log.compact();
    }
    over.set(true);
    assertTrue(reader.get() >= 0);
    pool.shutdown();
    log.close();
  }
}
