package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal as the agent opens it, in a real directory. */
class JournalFilesTest {
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();

  @TempDir Path directory;
  private final Semaphore free = new Semaphore(1);

  private JournalLock.Held acquire(Path file) {
    assertEquals(directory.resolve("journal.lock"), file);
    free.acquireUninterruptibly();
    return free::release;
  }

  private Journal open() {
    return Journal.open(directory, "boot1", this::acquire, PhaseListener.NONE);
  }

  private static AttachmentKey key(String container, String name) {
    return new AttachmentKey(new ContainerId(container), new InterfaceName(name));
  }

  @Test
  void open_whilePredecessorRuns_waitsAndSeesItsLastEntry() throws Exception {
    Journal first = open();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Future<Journal> second = pool.submit(this::open);
    try (OpenRecord steps = first.begin(key("c1", "net1"), NO_FACTS)) {
      steps.done();
    }
    assertFalse(second.isDone());
    first.close();
    assertEquals(1, second.get().all().size());
    second.get().close();
    pool.shutdown();
  }

  @Test
  void closed_lateComer_writesNothingIntoTheSuccessorsFiles() {
    Journal first = open();
    OpenRecord late = first.begin(key("c1", "net1"), NO_FACTS);
    first.close();
    first.close();
    try (Journal second = open()) {
      assertThrows(JournalUnwritableException.class, () -> late.will(World.link("l1")));
      assertThrows(JournalUnwritableException.class, first::sync);
      assertThrows(JournalUnwritableException.class, first::writable);
      late.close(); // its undo goes on in memory
      assertEquals(1, second.all().size());
      assertEquals(1, Journal.read(directory).size());
    }
  }

  @Test
  void open_unreadable_releasesTheLock() throws IOException {
    Path strange = directory.resolve("segment-000000000000000001.log");
    Files.createDirectory(strange);
    assertThrows(JournalException.class, this::open);
    assertEquals(1, free.availablePermits());
  }

  @Test
  void open_whereAFileIs_isUnwritable() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    assertThrows(
        JournalUnwritableException.class,
        () -> Journal.open(file.resolve("j"), "b", any -> () -> {}, PhaseListener.NONE));
  }

  @Test
  void read_withoutTheLock_seesWhatIsWritten() {
    assertEquals(List.of(), Journal.read(directory.resolve("absent")));
    try (Journal journal = open();
        OpenRecord steps = journal.begin(key("c1", "net1"), NO_FACTS)) {
      steps.done();
      assertEquals(
          List.of(key("c1", "net1")),
          Journal.read(directory).stream().map(AttachmentRecord::key).toList());
    }
  }

  @Test
  void containers_inParallel_endAsEachOfThemShould() throws Exception {
    try (Journal journal = open()) {
      Undo undo = new Undo(journal, new World().handlers());
      ExecutorService pool = Executors.newFixedThreadPool(8);
      List<Future<?>> pods = new ArrayList<>();
      for (int pod = 0; pod < 40; pod++) {
        String container = "pod" + pod;
        int fate = pod % 4;
        pods.add(pool.submit(() -> live(journal, undo, container, fate)));
      }
      for (Future<?> pod : pods) {
        pod.get();
      }
      pool.shutdown();
      assertEquals(60, journal.all().size());
      assertEquals(List.of(), journal.findings());
    }
    try (Journal again = open()) {
      assertEquals(60, again.all().size());
      assertTrue(again.all().stream().allMatch(one -> one.phase() == RecordPhase.ATTACHED));
      assertEquals(3, again.ofContainer(new ContainerId("pod2")).size());
      assertEquals(0, again.ofContainer(new ContainerId("pod0")).size());
    }
  }

  /** Fate 0: the ADD fails; 1: deleted and not made again; others stay. */
  private static void live(Journal journal, Undo undo, String container, int fate) {
    for (String name : List.of("net1", "net2", "net3")) {
      try (OpenRecord steps = journal.begin(key(container, name), NO_FACTS.deepCopy())) {
        steps.will(World.link(container + name));
        steps.will(World.lease(container + name));
        if (fate != 0) {
          steps.done();
        }
      }
    }
    if (fate == 1) {
      undo.run(journal.ofContainer(new ContainerId(container)));
    }
  }
}
