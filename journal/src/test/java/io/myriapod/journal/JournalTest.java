package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records, how they nest, and what becomes of them. */
class JournalTest {
  private static final AttachmentKey NET1 = key("pod1", "net1");
  private static final AttachmentKey NET2 = key("pod1", "net2");
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();

  private final MemoryFiles files = new MemoryFiles(1);
  private final World world = new World();
  private final List<String> phases = new ArrayList<>();
  private Journal journal;

  private static AttachmentKey key(String container, String name) {
    return new AttachmentKey(new ContainerId(container), new InterfaceName(name));
  }

  @BeforeEach
  void open() throws IOException {
    journal = open(files, "boot1");
    new Undo(journal, world.handlers());
  }

  private Journal open(MemoryFiles disk, String bootId) throws IOException {
    RecordStore store = new RecordStore(disk, LogSettings.DEFAULT, () -> {});
    return new Journal(
        store, bootId, (phase, key, detail) -> phases.add((phase + " " + detail).strip()));
  }

  private static ObjectNode facts(String... pairs) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < pairs.length; i += 2) {
      facts.put(pairs[i], pairs[i + 1]);
    }
    return facts;
  }

  @Test
  void done_standalone_isAttachedWithFactsAndInverses() throws IOException {
    try (OpenRecord steps = journal.begin(NET1, facts("network", "a", "requestId", "r1"))) {
      world.make(steps, World.link("l1")).refine(NO_FACTS.deepCopy().put("index", 7));
      steps.fact("result", TextNode.valueOf("{}"));
      steps.done();
    }
    AttachmentRecord record = open(files.afterKill(), "boot1").find(NET1).orElseThrow();
    assertEquals(RecordPhase.ATTACHED, record.phase());
    assertEquals(Optional.of("a"), record.text("network"));
    assertEquals(Optional.of("{}"), record.text("result"));
    assertEquals("{\"thing\":\"l1\",\"index\":7}", record.inverses().get(0).data().toString());
    assertEquals("boot1", record.bootId());
    assertEquals(Set.of("l1"), world.things());
  }

  @Test
  void close_standaloneNotDone_undoesAndEnds() {
    try (OpenRecord steps = journal.begin(NET1, NO_FACTS)) {
      world.make(steps, World.link("l1"));
      world.make(steps, World.lease("a1"));
    }
    assertEquals(List.of("link:l1", "lease:a1"), world.calls());
    assertEquals(Set.of(), world.things());
    assertEquals(List.of(), journal.all());
  }

  @Test
  void close_joinedNotDone_undoesOnlyItsOwnSteps() {
    try (OpenRecord outer = journal.begin(NET1, facts("config", "outer"))) {
      world.make(outer, World.foreign("f0"));
      try (OpenRecord done = journal.begin(NET1, facts("config", "inner", "more", "m"))) {
        world.make(done, World.link("l1"));
        done.done();
      }
      try (OpenRecord failing = journal.begin(NET1, NO_FACTS)) {
        world.make(failing, World.link("l2"));
        world.make(failing, World.lease("a2"));
      }
      assertEquals(Set.of("f0", "l1"), world.things());
      AttachmentRecord record = outer.record().orElseThrow();
      assertEquals(RecordPhase.ADDING, record.phase());
      assertEquals(facts("config", "outer", "more", "m"), record.facts());
      outer.done();
    }
    assertEquals(RecordPhase.ATTACHED, journal.find(NET1).orElseThrow().phase());
    assertEquals(Set.of("f0", "l1"), world.things());
  }

  @Test
  void close_outermostNotDone_undoesStepsOfThoseThatJoined() {
    try (OpenRecord outer = journal.begin(NET1, NO_FACTS)) {
      try (OpenRecord inner = journal.begin(NET1, NO_FACTS)) {
        assertTrue(outer.outermost());
        assertFalse(inner.outermost());
        world.make(inner, World.link("l1"));
        inner.done();
      }
    }
    assertEquals(Set.of(), world.things());
    assertEquals(Optional.empty(), journal.find(NET1));
  }

  @Test
  void podOfTwo_failing_isUndoneAtOnce() {
    Undo undo = new Undo(journal, world.handlers());
    try (OpenRecord one = journal.begin(NET1, NO_FACTS);
        OpenRecord two = journal.begin(NET2, NO_FACTS)) {
      journal.sync();
      world.make(one, World.link("l1"));
      world.make(two, World.link("l2"));
      undo.run(journal.ofContainer(NET1.container()));
    }
    assertEquals(List.of("link:l2,l1"), world.calls());
    assertEquals(List.of(), journal.all());
  }

  @Test
  void begin_recordThatNobodyHasOpen_isRefused() throws IOException {
    try (OpenRecord steps = journal.begin(NET1, NO_FACTS)) {
      steps.done();
      assertThrows(AlreadyRecordedException.class, () -> journal.begin(NET1, NO_FACTS));
    }
    var refusal = assertThrows(AlreadyRecordedException.class, () -> journal.begin(NET1, NO_FACTS));
    assertEquals("begin record of pod1/net1: one exists, ATTACHED", refusal.getMessage());

    try (OpenRecord left = journal.begin(NET2, NO_FACTS)) {
      Journal successor = open(files.afterKill(), "boot1");
      assertThrows(AlreadyRecordedException.class, () -> successor.begin(NET2, NO_FACTS));
      left.done();
    }
  }

  @Test
  void begin_afterTheEnd_isANewRecordThatAnOldSnapshotCannotTouch() {
    Undo undo = new Undo(journal, world.handlers());
    AttachmentRecord old = attach("l1");
    undo.run(List.of(old));
    AttachmentRecord young = attach("l1");
    assertTrue(young.sequence() > old.sequence());
    assertEquals(new UndoReport(List.of(), List.of()), undo.run(List.of(old)));
    assertEquals(Set.of("l1"), world.things());
  }

  private AttachmentRecord attach(String link) {
    try (OpenRecord steps = journal.begin(NET1, NO_FACTS)) {
      world.make(steps, World.link(link));
      steps.done();
    }
    return journal.find(NET1).orElseThrow();
  }

  @Test
  void will_leaseOrForeign_returnsWhenDurable() {
    int before = files.forces();
    try (OpenRecord steps = journal.begin(NET1, NO_FACTS)) {
      steps.will(World.link("l1"));
      steps.will(World.device("d1"));
      assertEquals(before, files.forces());
      steps.will(World.lease("a1"));
      assertEquals(before + 1, files.forces());
      steps.will(World.foreign("f1"));
      assertEquals(before + 2, files.forces());
      steps.done();
    }
    try (OpenRecord steps = journal.begin(NET2, NO_FACTS)) {
      steps.announce(World.foreign("f2"));
      steps.announce(World.lease("a2"));
      assertEquals(before + 2, files.forces());
      journal.sync();
      steps.will(World.foreign("f2"));
      steps.will(World.lease("a2"));
      assertEquals(before + 3, files.forces());
      steps.done();
    }
  }

  @Test
  void will_announcedBefore_isShared() {
    try (OpenRecord outer = journal.begin(NET1, NO_FACTS)) {
      outer.will(World.lease("a1"));
      try (OpenRecord inner = journal.begin(NET1, NO_FACTS)) {
        world.make(inner, World.lease("a1"));
        assertEquals(1, outer.record().orElseThrow().inverses().size());
      }
      assertEquals(List.of("lease:a1"), world.calls());
      assertEquals(List.of(), outer.record().orElseThrow().inverses());
    }
    assertEquals(List.of("lease:a1"), world.calls());
  }

  @Test
  void closedRecord_furtherSteps_areRefused() {
    OpenRecord steps = journal.begin(NET1, NO_FACTS);
    OpenRecord.Step step = steps.will(World.link("l1"));
    steps.done();
    assertThrows(IllegalStateException.class, () -> steps.will(World.link("l2")));
    assertThrows(IllegalStateException.class, steps::done);
    steps.close();
    steps.close();
    assertThrows(IllegalStateException.class, () -> step.refine(NO_FACTS));
    journal.fact(journal.find(NET1).orElseThrow(), "order", TextNode.valueOf("3"));
    assertEquals(Optional.of("3"), journal.find(NET1).orElseThrow().text("order"));
  }

  @Test
  void fullDisk_beginAndWill_changeNothing() {
    OpenRecord steps = journal.begin(NET1, NO_FACTS);
    files.quota(0);
    assertThrows(JournalUnwritableException.class, journal::writable);
    Inverse large =
        new Inverse(
            "link", UndoClass.LINK, facts("thing", "x".repeat(LogSettings.DEFAULT.segment())));
    assertThrows(JournalUnwritableException.class, () -> steps.will(large));
    assertThrows(
        JournalUnwritableException.class,
        () -> journal.begin(NET2, facts("config", "x".repeat(LogSettings.DEFAULT.segment()))));
    assertEquals(RecordPhase.PLANNED, journal.find(NET1).orElseThrow().phase());
    assertEquals(Optional.empty(), journal.find(NET2));
    steps.close();
    assertEquals(List.of(), journal.all());
  }

  @Test
  void strings_ofEveryKind_comeBackExactly() throws IOException {
    String text = "\u0000\n\"\\é€😀\ud800 half a pair";
    ObjectNode numbers = JsonNodeFactory.instance.objectNode();
    numbers.put("n", new BigDecimal("1.50E+400"));
    try (OpenRecord steps = journal.begin(NET1, facts("text", text))) {
      steps.fact("numbers", numbers);
      steps.done();
    }
    for (MemoryFiles disk : List.of(files.afterKill(), compacted())) {
      AttachmentRecord record = open(disk, "boot1").find(NET1).orElseThrow();
      assertEquals(Optional.of(text), record.text("text"));
      assertEquals(numbers, record.fact("numbers").orElseThrow());
    }
  }

  private MemoryFiles compacted() throws IOException {
    MemoryFiles disk = files.afterKill();
    new RecordStore(disk, LogSettings.DEFAULT, () -> {}).log().compact();
    return disk;
  }

  @Test
  void copies_changedByTheCaller_leaveTheJournalAlone() {
    ObjectNode facts = facts("a", "1");
    try (OpenRecord steps = journal.begin(NET1, facts)) {
      facts.put("a", "2");
      Inverse inverse = World.link("l1");
      steps.will(inverse);
      inverse.data().put("thing", "other");
      steps.record().orElseThrow().facts().put("a", "3");
      steps.done();
    }
    AttachmentRecord record = journal.find(NET1).orElseThrow();
    assertEquals(facts("a", "1"), record.facts());
    assertEquals(List.of(World.link("l1")), record.inverses());
  }

  @Test
  void phases_ofAddAndUndo_areAllReachedInOrder() {
    Undo undo = new Undo(journal, world.handlers());
    try (OpenRecord outer = journal.begin(NET1, NO_FACTS)) {
      journal.sync();
      try (OpenRecord inner = journal.begin(NET1, NO_FACTS)) {
        world.make(inner, World.link("l1")).refine(NO_FACTS);
        inner.done();
      }
      outer.fact("result", TextNode.valueOf("r"));
      outer.done();
    }
    world.stick("l1", "EBUSY");
    undo.run(journal.all());
    world.unstick();
    undo.run(journal.all());
    assertEquals(
        List.of(
            "RECORD_PLANNED",
            "RECORD_SYNCED",
            "STEP_RECORDED link",
            "STEP_REFINED link",
            "STEPS_DONE",
            "FACT_RECORDED result",
            "RECORD_ATTACHED",
            "DELETE_BEGUN",
            "INVERSE_STARTING link",
            "INVERSE_RUN link",
            "INVERSE_FAILED link",
            "INVERSE_STARTING link",
            "INVERSE_RUN link",
            "INVERSE_NOTED link",
            "RECORD_ENDED"),
        phases);
    for (JournalPhase phase : JournalPhase.values()) {
      assertTrue(phases.stream().anyMatch(told -> told.startsWith(phase.name())), phase.name());
    }
  }
}
