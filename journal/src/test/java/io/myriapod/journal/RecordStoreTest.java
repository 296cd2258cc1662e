package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.journal.log.LogReader;
import io.myriapod.journal.log.LogSettings;
import io.myriapod.journal.log.MemoryFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random work on the journal's store against disks that die, fill up, forget and lie. */
class RecordStoreTest {
  private static final LogSettings SMALL = new LogSettings(4096, 1024, 8192);

  private static RecordStore open(MemoryFiles files) throws IOException {
    return new RecordStore(files, SMALL, () -> {});
  }

  private static void work(RecordStore store, History history, int entries) {
    for (int i = 0; i < entries; i++) {
      store.append(history.next(store.table()));
      history.note(store.table());
    }
  }

  /** Random entries, flushes, compactions, faults; returns the number of the last state flushed. */
  private static int busy(RecordStore store, History history, Random random, MemoryFiles files) {
    int flushed = 0;
    for (int i = random.nextInt(60); i >= 0; i--) {
      try {
        switch (random.nextInt(24)) {
          case 0, 1 -> {
            store.sync();
            flushed = history.last();
          }
          case 2 -> {
            store.log().compact();
            flushed = store.log().isBehind() ? flushed : history.last();
          }
          case 3 -> store.log().prepareNext();
          case 4 -> files.failNextForce();
          case 5 -> files.quota(files.used() + random.nextInt(SMALL.segment()));
          case 6, 7 -> files.quota(Long.MAX_VALUE);
          default -> work(store, history, 1);
        }
      } catch (IOException | JournalUnwritableException e) {
        // nothing was promised
      }
    }
    return flushed;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reopen_afterCrashes_isAPrefixWithEverythingPromised(boolean powerLoss) throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      History history = new History(random);
      MemoryFiles files = new MemoryFiles(seed);
      for (int life = 0; life < 6; life++) {
        RecordStore store = open(files);
        assertEquals(history.state(history.last()), History.stateOf(store.table()));
        int born = history.last(); // what was there at opening is durable by then
        int flushed = Math.max(born, busy(store, history, random, files));
        files = powerLoss ? files.afterPowerLoss() : files.afterKill();
        int least = powerLoss ? flushed : history.last();
        int found = history.find(History.stateOf(read(files)), least);
        assertTrue(found >= 0, "seed %d life %d".formatted(seed, life));
        history.continueFrom(found);
      }
    }
  }

  private static RecordTable read(MemoryFiles files) throws IOException {
    RecordStore store = open(files.afterKill());
    return store.table();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void crash_atAnyOperationOfTheDisk_losesNothingPromised(boolean powerLoss) throws IOException {
    for (int operation = 1, seed = 0; ; operation++, seed++) {
      History history = new History(new Random(7));
      MemoryFiles files = new MemoryFiles(seed);
      int flushed = 0;
      boolean finished = false;
      try {
        RecordStore store = open(files);
        files.crashAt(operation);
        for (int round = 0; round < 4; round++) {
          work(store, history, 6);
          store.sync();
          flushed = history.last();
          work(store, history, 6);
          store.log().compact();
          flushed = history.last();
          store.log().prepareNext();
        }
        finished = true;
      } catch (MemoryFiles.Crash e) {
        // here the process ends
      }
      files = powerLoss ? files.afterPowerLoss() : files.afterKill();
      String state = History.stateOf(read(files));
      int least = powerLoss ? flushed : history.last();
      // the entry on its way when the process died may have arrived
      boolean known = history.find(state, least) >= 0 || !finished && isOneMore(history, state);
      assertTrue(known, "operation %d".formatted(operation));
      if (finished) {
        assertTrue(operation > 100, "only %d operations".formatted(operation));
        return;
      }
    }
  }

  /** Whether the state is the one after the next entry, which was never acknowledged. */
  private static boolean isOneMore(History history, String state) throws IOException {
    History again = new History(new Random(7));
    RecordStore store = open(new MemoryFiles(0));
    work(store, again, history.last() + 1);
    return again.state(history.last() + 1).equals(state);
  }

  @Test
  void truncate_atAnyByte_isAPrefix() throws IOException {
    History history = new History(new Random(3));
    MemoryFiles files = new MemoryFiles(3);
    RecordStore store = open(files);
    work(store, history, 14);
    String name = files.names().get(0);
    byte[] whole = files.read(name);
    int used = used(whole);
    int reached = 0;
    for (int length = 0; length <= used; length++) {
      for (int size : new int[] {length, whole.length}) { // short, or filled up with zeros
        MemoryFiles cut = new MemoryFiles(0);
        cut.put(name, Arrays.copyOf(Arrays.copyOf(whole, length), size));
        RecordStore reopened = open(cut);
        reached = (int) reopened.log().appended();
        assertEquals(history.state(reached), History.stateOf(reopened.table()));
      }
    }
    assertEquals(14, reached);
  }

  @Test
  void bitFlip_anywhere_isFoundAndCostsOneEntryAtMost() throws IOException {
    History history = new History(new Random(4));
    MemoryFiles files = new MemoryFiles(4);
    RecordStore store = open(files);
    for (int i = 0; i < 12; i++) {
      work(store, history, 1);
      store.sync();
    }
    store.append(history.next(store.table())); // tells that the one before was durable
    String name = files.names().get(0);
    List<String> payloads = payloads(files);
    byte[] whole = files.read(name);
    for (int at = 0; at < used(whole); at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      MemoryFiles disk = new MemoryFiles(0);
      disk.put(name, flipped);
      var content = LogReader.read(disk);
      List<String> left = payloads(disk);
      assertTrue(left.size() >= payloads.size() - 1 && payloads.containsAll(left), "byte " + at);
      boolean lastOne = left.equals(payloads.subList(0, payloads.size() - 1));
      assertTrue(lastOne || content.damaged() && !content.findings().isEmpty(), "byte " + at);
    }
  }

  /** Bytes up to the last that is not zero. */
  private static int used(byte[] file) {
    int used = file.length;
    while (file[used - 1] == 0) {
      used--;
    }
    return used;
  }

  private static List<String> payloads(MemoryFiles files) throws IOException {
    return LogReader.read(files).entries().stream()
        .map(entry -> entry.sequence() + new String(entry.payload()))
        .toList();
  }

  @Test
  void open_damagedLog_isMendedByACompaction() throws IOException {
    History history = new History(new Random(5));
    MemoryFiles files = new MemoryFiles(5);
    RecordStore store = open(files);
    for (int i = 0; i < 8; i++) {
      work(store, history, 1);
      store.sync();
    }
    String name = files.names().get(0);
    byte[] bytes = files.read(name);
    bytes[32 + 28 + 3] ^= 1; // in the payload of the first entry
    MemoryFiles flipped = new MemoryFiles(0);
    flipped.put(name, bytes);

    RecordStore reopened = open(flipped);
    assertEquals(List.of("entries 1 to 1: lost by the disk"), reopened.findings());
    String state = History.stateOf(reopened.table());
    reopened.tend();
    RecordStore again = open(flipped.afterPowerLoss());
    assertEquals(List.of(), again.findings());
    assertEquals(state, History.stateOf(again.table()));
  }

  @Test
  void fullDisk_adds_areRefusedWhileUndoGoesOnIntoTheReserve() throws IOException {
    MemoryFiles files = new MemoryFiles(6);
    RecordStore store = open(files);
    History history = new History(new Random(6));
    work(store, history, 5);
    files.quota(files.used());
    assertThrows(JournalUnwritableException.class, store::requireWritable);
    var refusal = assertThrows(JournalUnwritableException.class, () -> work(store, history, 1_000));
    assertTrue(refusal.getMessage().endsWith("No space left on device"), refusal.getMessage());
    String before = History.stateOf(store.table());
    assertEquals(history.state(history.last()), before);

    endAll(store);
    assertFalse(store.log().isBehind());
    assertEquals("", History.stateOf(read(files))); // it is all on disk

    files.quota(Long.MAX_VALUE);
    store.requireWritable();
    work(store, history, 1);
  }

  private static void endAll(RecordStore store) {
    store.table().all().forEach(record -> store.appendAnyway(new Entry.End(record.sequence())));
  }

  @Test
  void fullDiskAndReserve_undo_goesOnInMemoryAndIsWrittenLater() throws IOException {
    MemoryFiles files = new MemoryFiles(7);
    RecordStore store = open(files);
    History history = new History(new Random(7));
    work(store, history, 5);
    files.quota(files.used());
    Predicate<RecordStore> behind = one -> one.log().isBehind();
    while (!behind.test(store)) {
      store.appendAnyway(history.next(store.table()));
    }
    endAll(store);
    assertThrows(JournalUnwritableException.class, store::sync);
    assertThrows(JournalUnwritableException.class, () -> work(store, history, 1));
    assertTrue(store.table().all().isEmpty());

    files.quota(Long.MAX_VALUE);
    store.tend();
    assertFalse(behind.test(store));
    assertEquals("", History.stateOf(read(files.afterPowerLoss())));
    work(store, history, 50);
    store.sync();
    RecordTable found = read(files.afterPowerLoss());
    assertEquals(History.stateOf(store.table()), History.stateOf(found));
  }

  @Test
  void open_onFullOrReadOnlyDisk_readsAndCompletesUndo() throws IOException {
    for (boolean readOnly : new boolean[] {false, true}) {
      MemoryFiles files = new MemoryFiles(8);
      History history = new History(new Random(8));
      work(open(files), history, 5);
      MemoryFiles later = files.afterKill();
      later.readOnly(readOnly);
      later.quota(0);
      RecordStore store = open(later);
      assertEquals(history.state(5), History.stateOf(store.table()));
      var refusal = assertThrows(JournalUnwritableException.class, store::requireWritable);
      String text = readOnly ? "Read-only file system" : "No space left on device";
      assertTrue(refusal.getMessage().contains(text), refusal.getMessage());
      endAll(store);
      assertTrue(store.table().all().isEmpty());
      assertThrows(JournalUnwritableException.class, store::sync);

      later.readOnly(false);
      later.quota(Long.MAX_VALUE);
      store.requireWritable();
      assertEquals("", History.stateOf(read(later.afterPowerLoss())));
    }
  }

  @Test
  void failedFlush_isNotAskedAgainButWrittenAnew() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      MemoryFiles files = new MemoryFiles(seed);
      RecordStore store = open(files);
      History history = new History(new Random(seed));
      for (int i = 0; i < 2; i++) {
        work(store, history, 12);
        files.failNextForce();
        store.sync(); // succeeds: the state is in fresh files
        RecordTable found = read(files.afterPowerLoss());
        assertEquals(History.stateOf(store.table()), History.stateOf(found));
      }
    }
  }

  @Test
  void compaction_dueAfterEnoughGarbage_keepsTheLogSmall() throws IOException {
    MemoryFiles files = new MemoryFiles(10);
    RecordStore store = open(files);
    History history = new History(new Random(10));
    for (int i = 0; i < 300; i++) {
      work(store, history, 10);
      store.tend();
      assertTrue(files.used() < 50_000, files.names().toString());
    }
    assertEquals(History.stateOf(store.table()), History.stateOf(read(files.afterPowerLoss())));
  }
}
