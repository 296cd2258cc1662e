package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.journal.log.LogSettings;
import io.myriapod.journal.log.MemoryFiles;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one undo: order, batches, failures, crashes in its middle, other boots. */
class UndoTest {
  private static final LogSettings SMALL = new LogSettings(16384, 4096, 65536);
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();

  private final MemoryFiles files = new MemoryFiles(1);
  private final World world = new World();
  private Journal journal;
  private Undo undo;

  @BeforeEach
  void open() throws IOException {
    journal = open(files, "boot1", PhaseListener.NONE);
    undo = new Undo(journal, world.handlers());
  }

  private static Journal open(MemoryFiles disk, String bootId, PhaseListener listener)
      throws IOException {
    RecordStore store = new RecordStore(disk, SMALL, () -> {});
    return new Journal(store, bootId, listener);
  }

  private static AttachmentKey key(String name) {
    return new AttachmentKey(new ContainerId("pod1"), new InterfaceName(name));
  }

  private void attach(String name, Inverse... inverses) {
    try (OpenRecord steps = journal.begin(key(name), NO_FACTS)) {
      for (Inverse inverse : inverses) {
        world.make(steps, inverse);
      }
      steps.done();
    }
  }

  @Test
  void run_severalRecords_goesByClassNewestFirstOneCallPerKind() {
    attach("net1", World.link("l1"), World.lease("a1"), World.foreign("f1"));
    attach("net2", World.device("d2"), World.lease("a2"), World.link("l2"), World.foreign("f2"));
    attach("net3", World.link("l3"), World.link("l4"));

    UndoReport report = undo.run(journal.all());

    assertEquals(
        List.of("foreign:f2,f1", "device:d2", "link:l4,l3,l2,l1", "lease:a2,a1"), world.calls());
    assertEquals(List.of(key("net1"), key("net2"), key("net3")), report.ended());
    assertTrue(report.clean());
    assertEquals(List.of(), journal.all());
    assertEquals(Set.of(), world.things());
  }

  @Test
  void run_linkStuck_keepsItsLeaseAndGoesOnWithTheRest() throws IOException {
    attach("net1", World.link("l1"), World.lease("a1"));
    attach("net2", World.foreign("f2"), World.link("l2"), World.lease("a2"));
    world.stick("l1", "delete link l1: EBUSY");
    world.stick("f2", "exit code 1");

    UndoReport report = undo.run(journal.all());

    assertEquals(Set.of("l1", "a1", "f2"), world.things());
    assertEquals(List.of(), report.ended());
    assertEquals(
        List.of(
            "undo foreign of pod1/net2: exit code 1",
            "undo link of pod1/net1: delete link l1: EBUSY"),
        report.failures().stream().map(UndoReport.Failure::toString).toList());

    Journal successor = open(files.afterKill(), "boot1", PhaseListener.NONE);
    AttachmentRecord stuck = successor.find(key("net1")).orElseThrow();
    assertEquals(RecordPhase.DELETING, stuck.phase());
    assertEquals(Optional.of("delete link l1: EBUSY"), stuck.failure());
    assertEquals(List.of(World.link("l1"), World.lease("a1")), stuck.inverses());

    world.unstick();
    world.calls().clear();
    assertTrue(new Undo(successor, world.handlers()).run(successor.all()).clean());
    assertEquals(List.of("foreign:f2", "link:l1", "lease:a1"), world.calls());
    assertEquals(Set.of(), world.things());
    assertEquals(List.of(), successor.all());
  }

  @Test
  void run_deviceStuck_keepsTheLease() {
    attach("net1", World.device("d1"), World.lease("a1"));
    world.stick("d1", "EBUSY");
    undo.run(journal.all());
    assertEquals(List.of("device:d1"), world.calls());
  }

  @Test
  void run_handlerThrowsOrIsAbsent_keepsTheRecordWithTheReason() {
    attach("net1", World.link("l1"), World.foreign("f1"));
    InverseHandler broken =
        batch -> {
          throw new IllegalStateException("no luck");
        };
    UndoReport report = new Undo(journal, Map.of("foreign", broken)).run(journal.all());
    assertEquals(
        List.of("no luck", "no handler for inverses of kind \"link\""),
        report.failures().stream().map(UndoReport.Failure::reason).toList());
    assertEquals(
        Optional.of("no handler for inverses of kind \"link\"; no luck"),
        journal.find(key("net1")).orElseThrow().failure());
  }

  @Test
  void close_whatCannotBeUndone_staysForLater() {
    world.stick("l1", "EBUSY");
    try (OpenRecord steps = journal.begin(key("net1"), NO_FACTS)) {
      world.make(steps, World.link("l1"));
    }
    assertEquals(RecordPhase.DELETING, journal.find(key("net1")).orElseThrow().phase());
    world.unstick();
    undo.run(journal.all());
    assertEquals(List.of(), journal.all());
  }

  @Test
  void run_recordOfAnEarlierBoot_deliversOnlyForeignAndLeases() throws IOException {
    attach("net1", World.link("l1"), World.device("d1"), World.lease("a1"), World.foreign("f1"));
    world.stick("l1", "would be another link by now");
    Journal rebooted = open(files.afterKill(), "boot2", PhaseListener.NONE);
    assertTrue(new Undo(rebooted, world.handlers()).run(rebooted.all()).clean());
    assertEquals(List.of("foreign:f1", "lease:a1"), world.calls());
    assertEquals(List.of(), rebooted.all());
  }

  @Test
  void run_fullDisk_completes() {
    attach("net1", World.link("l1"), World.lease("a1"));
    files.quota(0);
    files.readOnly(true);
    assertTrue(undo.run(journal.all()).clean());
    assertEquals(Set.of(), world.things());
    assertEquals(List.of(), journal.all());
  }

  /** What was there when a phase was reached: the disk, the world, and how to call it. */
  private record Moment(String name, MemoryFiles killed, MemoryFiles powerLost, World world) {}

  @Test
  void crash_atEveryPhaseOfAddAndUndo_isUndoneByTheSuccessor() throws IOException {
    List<Moment> moments = new ArrayList<>();
    MemoryFiles disk = new MemoryFiles(2);
    World all = new World();
    Journal dying =
        open(
            disk,
            "boot1",
            (phase, key, detail) ->
                moments.add(
                    new Moment(
                        "%s %s %s #%d".formatted(phase, key, detail, moments.size()),
                        disk.afterKill(),
                        disk.afterPowerLoss(),
                        new World(all))));
    addAndUndoAPod(dying, all);
    assertTrue(moments.size() > 30);

    for (Moment moment : moments) {
      World world = new World(moment.world());
      Journal successor = open(moment.killed(), "boot1", PhaseListener.NONE);
      assertTrue(new Undo(successor, world.handlers()).run(successor.all()).clean());
      assertEquals(Set.of(), world.things(), "killed at " + moment.name());
    }
    for (Moment moment : moments) {
      World world = new World(moment.world());
      world.reboot(Set.of("a1", "f1", "a2")); // announced before the flush
      Journal successor = open(moment.powerLost(), "boot2", PhaseListener.NONE);
      assertTrue(new Undo(successor, world.handlers()).run(successor.all()).clean());
      assertEquals(Set.of(), world.things(), "power lost at " + moment.name());
    }
    assertEquals(Set.of(), all.things());
  }

  private static void addAndUndoAPod(Journal dying, World all) {
    Undo undo = new Undo(dying, all.handlers());
    try (OpenRecord one = dying.begin(key("net1"), NO_FACTS);
        OpenRecord two = dying.begin(key("net2"), NO_FACTS)) {
      one.will(World.foreign("f1"));
      one.will(World.lease("a1"));
      two.will(World.lease("a2"));
      dying.sync();
      add(dying, all, "net1", World.link("l1"), World.lease("a1"), World.foreign("f1"));
      add(dying, all, "net2", World.device("d2"), World.lease("a2"));
      one.fact("result", TextNode.valueOf("r"));
      one.done();
      two.done();
    }
    all.stick("l1", "EBUSY");
    undo.run(dying.all());
    all.unstick();
    undo.run(dying.all());
  }

  private static void add(Journal journal, World world, String name, Inverse... inverses) {
    try (OpenRecord steps = journal.begin(key(name), NO_FACTS)) {
      for (Inverse inverse : inverses) {
        world.make(steps, inverse).refine(NO_FACTS);
      }
      steps.done();
    }
  }

  @Test
  void run_again_runsNothingThatWasNoted() throws IOException {
    attach("net1", World.link("l1"), World.lease("a1"), World.foreign("f1"));
    MemoryFiles disk = files.afterKill();
    Journal dying =
        open(
            disk,
            "boot1",
            (phase, key, detail) -> {
              if (phase == JournalPhase.INVERSE_NOTED && detail.equals("link")) {
                throw new MemoryFiles.Crash();
              }
            });
    Undo first = new Undo(dying, world.handlers());
    assertThrows(MemoryFiles.Crash.class, () -> first.run(dying.all()));

    Journal successor = open(disk.afterKill(), "boot1", PhaseListener.NONE);
    Undo second = new Undo(successor, world.handlers());
    world.calls().clear();
    assertTrue(second.run(successor.all()).clean());
    assertEquals(List.of("lease:a1"), world.calls());
  }

  @Test
  void run_recordThatAnotherThreadUndoes_isLeftToIt() throws Exception {
    attach("net1", World.link("l1"));
    attach("net2", World.link("l2"));
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Map<String, InverseHandler> slow = Map.of("link", batch -> held(batch, started, goOn));
    Undo first = new Undo(journal, slow);
    List<AttachmentRecord> net1 = List.of(journal.find(key("net1")).orElseThrow());
    CompletableFuture<UndoReport> running = CompletableFuture.supplyAsync(() -> first.run(net1));
    started.await();

    UndoReport second = undo.run(journal.all());
    goOn.countDown();

    assertEquals(List.of("link:l2"), world.calls());
    assertEquals(List.of(key("net2")), second.ended());
    assertEquals(
        "undo record of pod1/net1: another operation is just undoing it",
        second.failures().get(0).toString());
    assertEquals(List.of(key("net1")), running.get().ended());
    assertEquals(List.of(), journal.all());
  }

  private static Map<PendingInverse, String> held(
      List<PendingInverse> batch, CountDownLatch started, CountDownLatch goOn) {
    try {
      started.countDown();
      goOn.await();
      return Map.of();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
