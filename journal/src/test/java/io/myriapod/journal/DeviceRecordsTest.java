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
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of devices: one change after the other, each undone unless it is done. */
class DeviceRecordsTest {
  private static final PciAddress VF = new PciAddress("0000:01:10.0");
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();

  private final MemoryFiles files = new MemoryFiles(1);
  private final List<String> undone = new ArrayList<>();
  private Journal journal;

  @BeforeEach
  void open() throws IOException {
    journal = open(files, "boot1", PhaseListener.NONE);
  }

  private Journal open(MemoryFiles disk, String bootId, PhaseListener listener) throws IOException {
    Journal opened =
        new Journal(new RecordStore(disk, LogSettings.DEFAULT, () -> {}), bootId, listener);
    opened.devices().use(Map.of("driver", this::undo));
    return opened;
  }

  private Optional<String> undo(DeviceRecord record, Inverse inverse) {
    undone.add(inverse.data().path("former").asText());
    return Optional.empty();
  }

  private static Inverse backTo(String former) {
    return new Inverse("driver", UndoClass.DEVICE, NO_FACTS.objectNode().put("former", former));
  }

  private static ObjectNode driver(String name) {
    return NO_FACTS.objectNode().put("driver", name);
  }

  private Journal afterKill(String bootId) throws IOException {
    return open(files.afterKill(), bootId, PhaseListener.NONE);
  }

  @Test
  void done_facts_areThereAfterAKill() throws IOException {
    try (OpenDevice change = journal.devices().begin(VF, backTo("igbvf"))) {
      change.done(driver("vfio-pci"));
    }

    DeviceRecord record = afterKill("boot1").devices().find(VF).orElseThrow();
    assertEquals(Optional.of("vfio-pci"), record.text("driver"));
    assertEquals(Optional.empty(), record.pending());
    assertEquals(List.of(), undone);
  }

  @Test
  void done_noFacts_endsTheRecord() throws IOException {
    try (OpenDevice change = journal.devices().begin(VF, backTo("igbvf"))) {
      change.done(NO_FACTS);
    }

    assertEquals(List.of(), afterKill("boot1").devices().all());
  }

  @Test
  void close_notDone_undoesAndKeepsWhatHeldBefore() {
    try (OpenDevice first = journal.devices().begin(VF, backTo("igbvf"))) {
      first.done(driver("vfio-pci"));
    }
    try (OpenDevice second = journal.devices().begin(VF, backTo("vfio-pci"))) {
      second.progress("unbound");
    }

    assertEquals(List.of("vfio-pci"), undone);
    DeviceRecord record = journal.devices().find(VF).orElseThrow();
    assertEquals(Optional.of("vfio-pci"), record.text("driver"));
    assertTrue(record.pending().isEmpty());
  }

  @Test
  void know_facts_areThoseAndNoChangeIs() throws IOException {
    journal.devices().begin(VF, backTo("igbvf"));

    journal.devices().know(VF, driver("vfio-pci"));

    DeviceRecord record = afterKill("boot1").devices().find(VF).orElseThrow();
    assertEquals(driver("vfio-pci"), record.facts());
    assertEquals(Optional.empty(), record.pending());
    journal.devices().know(VF, NO_FACTS);
    assertEquals(List.of(), afterKill("boot1").devices().all());
  }

  @Test
  void undoUnfinished_afterAKill_undoesOnce() throws IOException {
    journal.devices().begin(VF, backTo("igbvf"));

    Journal successor = afterKill("boot1");
    assertEquals(List.of(), successor.devices().undoUnfinished());
    assertEquals(List.of(), successor.devices().undoUnfinished());

    assertEquals(List.of("igbvf"), undone);
    assertEquals(List.of(), successor.devices().all());
  }

  @Test
  void undoUnfinished_handlerFails_keepsTheReasonAndTriesAgain() {
    journal.devices().use(Map.of("driver", (record, inverse) -> Optional.of("it hangs")));
    journal.devices().begin(VF, backTo("igbvf")).close();

    List<DeviceRecord> failed = journal.devices().undoUnfinished();

    assertEquals(Optional.of("it hangs"), failed.get(0).failure());
    journal.devices().use(Map.of("driver", this::undo));
    assertEquals(List.of(), journal.devices().undoUnfinished());
    assertEquals(List.of("igbvf"), undone);
  }

  @Test
  void undoUnfinished_changeBeingMade_isLeftToItsMaker() {
    try (OpenDevice change = journal.devices().begin(VF, backTo("igbvf"))) {
      assertEquals(List.of(), journal.devices().undoUnfinished());
      assertEquals(Optional.empty(), journal.devices().undoUnfinished(VF));
      change.done(driver("vfio-pci"));
    }

    assertEquals(List.of(), undone);
  }

  /** What the handler asks stands for another thread: a sweep, or an operator's request. */
  @Test
  void undoUnfinished_isBeingUndoneAlready_isLeftToWhoeverDoes() throws IOException {
    journal.devices().begin(VF, backTo("igbvf"));
    DeviceRecords successor = afterKill("boot1").devices();
    List<Object> seenMeanwhile = new ArrayList<>();
    successor.use(
        Map.of(
            "driver",
            (record, inverse) -> {
              undone.add(inverse.data().path("former").asText());
              seenMeanwhile.add(successor.isBeingMade(VF));
              seenMeanwhile.add(successor.undoUnfinished());
              seenMeanwhile.add(successor.undoUnfinished(VF));
              return Optional.empty();
            }));

    successor.undoUnfinished();

    assertEquals(List.of(true, List.of(), Optional.empty()), seenMeanwhile);
    assertEquals(List.of("igbvf"), undone);
    assertFalse(successor.isBeingMade(VF));
  }

  @Test
  void begin_changeUnfinished_isRefused() {
    journal.devices().begin(VF, backTo("igbvf"));

    assertThrows(IllegalStateException.class, () -> journal.devices().begin(VF, backTo("x")));
  }

  @Test
  void forgetEarlierBoots_afterAReboot_dropsEverythingUnrun() throws IOException {
    journal.devices().begin(VF, backTo("igbvf"));

    Journal rebooted = afterKill("boot2");
    rebooted.devices().forgetEarlierBoots();

    assertEquals(List.of(), rebooted.devices().all());
    assertEquals(List.of(), undone);
  }

  @Test
  void begin_changeOfAnEarlierBootIsLeft_isOfThisBootAndKnowsNothingOfIt() throws IOException {
    try (OpenDevice first = journal.devices().begin(VF, backTo("igbvf"))) {
      first.done(driver("vfio-pci"));
    }
    journal.devices().begin(VF, backTo("vfio-pci"));

    DeviceRecords rebooted = afterKill("boot2").devices();
    rebooted.begin(VF, backTo("igbvf"));
    rebooted.forgetEarlierBoots();

    DeviceRecord record = rebooted.find(VF).orElseThrow();
    assertEquals("boot2", record.bootId());
    assertEquals(NO_FACTS, record.facts());
    assertTrue(record.isChanging());
  }

  @Test
  void begin_diskTakesNothing_leavesNothingOpen() throws IOException {
    MemoryFiles disk = files.afterKill();
    disk.readOnly(true);
    DeviceRecords records = open(disk, "boot1", PhaseListener.NONE).devices();

    assertThrows(JournalUnwritableException.class, () -> records.begin(VF, backTo("igbvf")));

    assertFalse(records.isBeingMade(VF));
    assertEquals(List.of(), records.all());
  }

  @Test
  void holder_attachmentOfThisBoot_isIt() throws IOException {
    AttachmentKey net1 = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    try (OpenRecord record = journal.begin(net1, NO_FACTS.objectNode().put("device", VF.value()))) {
      record.done();
    }

    assertEquals(net1, journal.devices().holder(VF).orElseThrow().key());
    assertEquals(Optional.empty(), afterKill("boot2").devices().holder(VF));
  }

  @Test
  void phases_changeAndUndo_areThoseOfDevices() throws IOException {
    Set<JournalPhase> reached = EnumSet.noneOf(JournalPhase.class);
    Map<String, String> keys = new LinkedHashMap<>();
    Journal told =
        open(
            new MemoryFiles(2),
            "boot1",
            (phase, key, detail) -> {
              reached.add(phase);
              keys.put(key.toString(), detail);
            });
    try (OpenDevice change = told.devices().begin(VF, backTo("igbvf"))) {
      change.progress("unbound");
      change.done(driver("vfio-pci"));
    }
    told.devices().begin(VF, backTo("vfio-pci")).close();
    told.devices().use(Map.of());
    told.devices().begin(VF, backTo("vfio-pci")).close();
    told.devices().forget(VF);

    assertEquals(JournalPhase.OF_DEVICES, reached);
    assertEquals(Set.of("device " + VF), keys.keySet());
  }

  @Test
  void know_whileAChangeIsUndone_stays() {
    journal
        .devices()
        .use(
            Map.of(
                "driver",
                (record, inverse) -> {
                  journal.devices().know(VF, "loan", Optional.of(TextNode.valueOf("new")));
                  return Optional.empty();
                }));

    journal.devices().begin(VF, backTo("igbvf")).close();

    assertEquals(
        Optional.of("new"), journal.devices().find(VF).flatMap(record -> record.text("loan")));
  }

  @Test
  void know_whileAChangeIsUnderWay_bothStay() {
    try (OpenDevice change = journal.devices().begin(VF, backTo("igbvf"))) {
      journal.devices().know(VF, "loan", Optional.of(TextNode.valueOf("new")));
      change.done(known -> known.put("driver", "vfio-pci"));
    }

    DeviceRecord record = journal.devices().find(VF).orElseThrow();
    assertEquals(Optional.of("new"), record.text("loan"));
    assertEquals(Optional.of("vfio-pci"), record.text("driver"));
    assertFalse(record.isChanging());

    journal.devices().know(VF, "loan", Optional.empty());
    assertEquals(Optional.empty(), journal.devices().find(VF).flatMap(one -> one.text("loan")));
  }
}
