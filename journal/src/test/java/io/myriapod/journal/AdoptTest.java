package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.log.LogSettings;
import io.myriapod.journal.log.MemoryFiles;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others have attached is taken over. */
class AdoptTest {
  private static final ObjectNode FACTS = JsonNodeFactory.instance.objectNode().put("network", "a");
  private static final AttachmentKey NET1 =
      new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
  private static final List<Inverse> INVERSES = List.of(World.foreign("f1"), World.foreign("f2"));

  private final World world = new World();
  private RecordStore store;
  private Journal journal;
  private Undo undo;

  @BeforeEach
  void open() throws IOException {
    store = new RecordStore(new MemoryFiles(1), LogSettings.DEFAULT, () -> {});
    journal = new Journal(store, "boot1", PhaseListener.NONE);
    undo = new Undo(journal, world.handlers());
  }

  private AttachmentRecord recorded() {
    return journal.find(NET1).orElseThrow();
  }

  @Test
  void adopt_isAttached_andUndoneLikeOurs() {
    assertTrue(journal.adopt(NET1, FACTS, INVERSES));

    assertEquals(RecordPhase.ATTACHED, recorded().phase());
    assertEquals(INVERSES, recorded().inverses());
    assertTrue(undo.run(List.of(recorded())).clean());
    assertEquals(List.of("foreign:f2,f1"), world.calls());
    assertEquals(List.of(), journal.all());
  }

  @Test
  void adopt_again_changesNothing() {
    journal.adopt(NET1, FACTS, INVERSES);
    AttachmentRecord before = recorded();

    assertFalse(journal.adopt(NET1, FACTS, List.of(World.foreign("other"))));

    assertEquals(before, recorded());
  }

  @Test
  void adopt_ofOurs_changesNothing() {
    try (OpenRecord ours = journal.begin(NET1, FACTS)) {
      assertFalse(journal.adopt(NET1, FACTS, INVERSES));
      ours.done();
    }
    assertFalse(journal.adopt(NET1, FACTS, INVERSES));

    assertEquals(List.of(), recorded().inverses());
  }

  /** Killed between two of its entries: nothing is undone, and the next call adds the rest. */
  @Test
  void adopt_afterACrashInTheMiddle_addsWhatIsMissing() {
    RecordOrigin origin = new RecordOrigin(NET1, Optional.empty(), "boot1");
    ObjectNode facts = FACTS.deepCopy().put(AttachmentRecord.ADOPTED, false);
    long record = store.append(new Entry.Begin(origin, facts));
    store.append(new Entry.Phase(record, RecordPhase.ATTACHED));
    store.append(new Entry.Will(record, origin, INVERSES.get(0)));

    assertTrue(journal.adopt(NET1, FACTS, INVERSES));

    assertEquals(INVERSES, recorded().inverses());
    assertFalse(journal.adopt(NET1, FACTS, INVERSES));
    assertEquals(1, journal.all().size());
  }
}
