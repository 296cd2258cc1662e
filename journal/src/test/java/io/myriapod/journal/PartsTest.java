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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parts that are added to an attachment after it was finished. */
class PartsTest {
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();
  private static final AttachmentKey NET1 =
      new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));

  private final MemoryFiles files = new MemoryFiles(1);
  private final World world = new World();
  private Journal journal;

  @BeforeEach
  void open() throws IOException {
    journal = open(files, PhaseListener.NONE);
    new Undo(journal, world.handlers());
  }

  private static Journal open(MemoryFiles disk, PhaseListener listener) throws IOException {
    return new Journal(new RecordStore(disk, LogSettings.DEFAULT, () -> {}), "boot1", listener);
  }

  private static Inverse setting(String thing) {
    return World.inverse("setting", UndoClass.SETTING, thing);
  }

  /** As a plugin does it: it begins the key, and knows nothing of parts. */
  private static void act(Journal journal, World world, Inverse... inverses) {
    try (OpenRecord steps = journal.begin(NET1, NO_FACTS)) {
      for (Inverse inverse : inverses) {
        world.make(steps, inverse).refine(NO_FACTS);
      }
      steps.done();
    }
  }

  private static void add(Journal journal, World world, String part, Inverse... inverses) {
    try (OpenRecord added = journal.beginPart(NET1, part, NO_FACTS)) {
      act(journal, world, inverses);
      added.fact("result", TextNode.valueOf(part));
      added.done();
    }
  }

  private List<String> records() {
    return journal.ofAttachment(NET1).stream().map(AttachmentRecord::toString).toList();
  }

  @Test
  void beginPart_attached_takesTheStepsOfWhoeverJoins() {
    act(journal, world, World.link("l1"), World.lease("a1"));
    add(journal, world, "tuning", setting("s1"));

    assertEquals(
        List.of("pod1/net1 #1 ATTACHED [link,lease]", "pod1/net1:tuning #7 ATTACHED [setting]"),
        records());
    assertEquals(Optional.empty(), journal.find(NET1).orElseThrow().part());
    assertEquals(Optional.empty(), journal.find(NET1).orElseThrow().text("result"));
    AttachmentRecord part = journal.ofAttachment(NET1).get(1);
    assertEquals(Optional.of("tuning"), part.part());
    assertEquals(Optional.of("tuning"), part.text("result"));
  }

  @Test
  void close_partNotDone_undoesThePartAlone() {
    act(journal, world, World.link("l1"));
    try (OpenRecord failing = journal.beginPart(NET1, "tuning", NO_FACTS)) {
      act(journal, world, setting("s1"));
      assertEquals(NET1, failing.key());
    }
    assertEquals(Set.of("l1"), world.things());
    assertEquals(List.of("pod1/net1 #1 ATTACHED [link]"), records());
  }

  @Test
  void undo_onePart_leavesTheOthers() {
    act(journal, world, World.link("l1"));
    add(journal, world, "tuning", setting("s1"));
    add(journal, world, "sbr", setting("s2"));

    new Undo(journal, world.handlers()).run(List.of(journal.ofAttachment(NET1).get(1)));

    assertEquals(Set.of("l1", "s2"), world.things());
    add(journal, world, "tuning", setting("s3"));
    assertEquals(Set.of("l1", "s2", "s3"), world.things());
  }

  @Test
  void undo_allOfIt_goesByClassNotByPart() {
    act(journal, world, World.link("l1"), World.lease("a1"));
    add(journal, world, "foreign", World.foreign("f1"));
    add(journal, world, "tuning", setting("s1"));

    assertTrue(new Undo(journal, world.handlers()).run(journal.ofAttachment(NET1)).clean());

    assertEquals(List.of("foreign:f1", "setting:s1", "link:l1", "lease:a1"), world.calls());
    assertEquals(List.of(), journal.all());
  }

  @Test
  void begin_somethingInTheWay_isRefusedNamingIt() {
    add(journal, world, "tuning", setting("s1"));
    refused("pod1/net1:tuning: one exists, ATTACHED", Optional.empty());
    refused("pod1/net1:tuning: one exists, ATTACHED", Optional.of("tuning"));
    add(journal, world, "sbr", setting("s2"));

    world.stick("s2", "EBUSY");
    new Undo(journal, world.handlers()).run(List.of(journal.ofAttachment(NET1).get(1)));
    refused("pod1/net1:sbr: one exists, DELETING", Optional.of("bandwidth"));
  }

  @Test
  void beginPart_attachmentLeftUnfinished_isRefused() throws IOException {
    journal.begin(NET1, NO_FACTS);
    journal = open(files.afterKill(), PhaseListener.NONE);
    refused("pod1/net1: one exists, PLANNED", Optional.of("tuning"));
  }

  private void refused(String words, Optional<String> part) {
    var refusal =
        assertThrows(
            AlreadyRecordedException.class,
            () ->
                part.map(one -> journal.beginPart(NET1, one, NO_FACTS))
                    .orElseGet(() -> journal.begin(NET1, NO_FACTS)));
    assertEquals("begin record of " + words, refusal.getMessage());
  }

  @Test
  void beginPart_attachmentBeingAdded_joinsIt() {
    try (OpenRecord outer = journal.begin(NET1, NO_FACTS)) {
      add(journal, world, "tuning", setting("s1"));
      assertEquals(1, journal.all().size());
      outer.done();
    }
    assertEquals(List.of("pod1/net1 #1 ATTACHED [setting]"), records());
  }

  @Test
  void will_entryThatBeganThePartLost_isStillThePartsStep() throws IOException {
    RecordTable table = new RecordTable();
    RecordOrigin origin = new RecordOrigin(NET1, Optional.of("tuning"), "boot1");
    byte[] will = EntryJson.write(new Entry.Will(5, origin, setting("s1")));

    EntryJson.readEntry(will).applyTo(table, 6);

    assertEquals("[pod1/net1:tuning #5 ADDING [setting]]", table.all().toString());
    assertEquals(Optional.empty(), table.find(NET1));
  }

  /** A successor undoes what is not attached; the attachment is undone when its DEL comes again. */
  @Test
  void crash_atEveryPhaseOfTheUndoOfAll_leavesNoPartAlone() throws IOException {
    List<Moment> moments = new ArrayList<>();
    MemoryFiles disk = new MemoryFiles(3);
    World all = new World();
    Journal dying =
        open(
            disk,
            (phase, key, detail) ->
                moments.add(new Moment(phase + " " + detail, disk.afterKill(), new World(all))));
    act(dying, all, World.link("l1"), World.lease("a1"));
    add(dying, all, "tuning", setting("s1"));
    moments.clear();
    new Undo(dying, all.handlers()).run(dying.ofAttachment(NET1));
    assertTrue(moments.size() > 5);

    for (Moment moment : moments) {
      Journal successor = open(moment.disk(), PhaseListener.NONE);
      Undo undo = new Undo(successor, moment.world().handlers());
      undo.run(
          successor.all().stream()
              .filter(record -> record.phase() != RecordPhase.ATTACHED)
              .toList());
      if (successor.find(NET1).isPresent()) {
        undo.run(successor.ofAttachment(NET1));
      }
      assertEquals(Set.of(), moment.world().things(), moment.name());
      assertEquals(List.of(), successor.all(), moment.name());
    }
  }

  private record Moment(String name, MemoryFiles disk, World world) {}

  /** What the agent does when it starts: whatever is not attached is undone, and nothing else. */
  @Test
  void crash_atEveryPhaseOfAPart_leavesTheAttachmentAndTheFinishedPart() throws IOException {
    List<Moment> moments = new ArrayList<>();
    MemoryFiles disk = new MemoryFiles(2);
    World all = new World();
    Journal dying =
        open(
            disk,
            (phase, key, detail) ->
                moments.add(new Moment(phase + " " + detail, disk.afterKill(), new World(all))));
    new Undo(dying, all.handlers());
    act(dying, all, World.link("l1"), World.lease("a1"));
    add(dying, all, "tuning", setting("s1"));
    moments.clear();
    add(dying, all, "sbr", setting("s2"));
    assertTrue(moments.size() > 5);

    for (Moment moment : moments) {
      Journal successor = open(moment.disk(), PhaseListener.NONE);
      Undo undo = new Undo(successor, moment.world().handlers());
      undo.run(
          successor.all().stream()
              .filter(record -> record.phase() != RecordPhase.ATTACHED)
              .toList());
      boolean finished = moment.name().startsWith("RECORD_ATTACHED");
      assertEquals(
          finished ? Set.of("l1", "a1", "s1", "s2") : Set.of("l1", "a1", "s1"),
          moment.world().things(),
          moment.name());
      undo.run(successor.ofAttachment(NET1));
      assertEquals(Set.of(), moment.world().things(), moment.name());
      assertEquals(List.of(), successor.all());
    }
  }
}
