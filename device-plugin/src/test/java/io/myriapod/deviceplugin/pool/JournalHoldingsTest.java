package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalHoldingsTest {
  private static final String BOOT = "boot1";
  private static final String FIRST = "0000:01:10.0";
  private static final String SECOND = "0000:01:10.2";

  @TempDir Path root;
  private Journal journal;

  @BeforeEach
  void open() {
    journal = Journal.open(root, BOOT, file -> () -> {}, PhaseListener.NONE);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private static ObjectNode facts() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode lent(ObjectNode facts, String... devices) {
    for (String device : devices) {
      facts.withArray(AttachmentRecord.LENT).add(device);
    }
    return facts;
  }

  private AttachmentRecord attach(String container, String name, ObjectNode facts) {
    AttachmentKey key = new AttachmentKey(new ContainerId(container), new InterfaceName(name));
    try (OpenRecord steps = journal.begin(key, facts)) {
      steps.will(new Inverse("test", UndoClass.CARD, facts()));
      steps.done();
    }
    return journal.find(key).orElseThrow();
  }

  private Holdings read(String bootId) {
    return JournalHoldings.of(journal.all(), journal.devices().all(), bootId);
  }

  private static Optional<Holder> holder(String who) {
    return Optional.of(new Holder(who, Optional.empty()));
  }

  private static DeviceId id(String id) {
    return new DeviceId(id);
  }

  @Test
  void of_attachmentWithADevice_isItsHolder() {
    ObjectNode facts = facts().put(AttachmentRecord.DEVICE, FIRST);
    facts.putObject("pod").put("namespace", "default").put("name", "web");
    attach("c1", "net1", facts);
    attach("c2", "net1", facts().put(AttachmentRecord.DEVICE, "mlx5_core.sf.4"));

    Holdings holdings = read(BOOT);

    assertEquals(holder("default/web"), holdings.of(id(FIRST)));
    assertEquals(holder("container c2"), holdings.of(id("mlx5_core.sf.4")));
    assertEquals(Optional.empty(), holdings.of(id(SECOND)));
  }

  @Test
  void of_attachmentWithDevicesOfItsPod_isTheirHolder() {
    attach("c1", "eth0", lent(facts(), FIRST, SECOND));

    Holdings holdings = read(BOOT);

    assertEquals(holder("container c1"), holdings.of(id(FIRST)));
    assertEquals(holder("container c1"), holdings.of(id(SECOND)));
  }

  @Test
  void of_factThatNamesNoDevice_isPassedOver() {
    attach("c1", "eth0", lent(facts().put(AttachmentRecord.DEVICE, "a b"), "", "x/y", SECOND));

    assertEquals(1, read(BOOT).holders().size());
  }

  @Test
  void of_anotherBoot_isNobody() {
    attach("c1", "net1", lent(facts().put(AttachmentRecord.DEVICE, FIRST), SECOND));

    assertEquals(Holdings.NONE, read("boot2"));
  }

  @Test
  void of_attachmentThatCouldNotBeUndone_saysWhy() {
    AttachmentRecord record = attach("c1", "net1", facts().put(AttachmentRecord.DEVICE, FIRST));
    Function<List<PendingInverse>, Map<PendingInverse, String>> fails =
        batch -> batch.stream().collect(Collectors.toMap(one -> one, one -> "set VLAN: EIO"));
    new Undo(journal, Map.of("test", fails::apply)).run(List.of(record));

    assertEquals(
        Optional.of(new Holder("container c1", Optional.of("set VLAN: EIO"))),
        read(BOOT).of(id(FIRST)));
  }

  /** Whatever the order of the records. */
  @Test
  void of_deviceThatAnotherPodGotInTheEnd_isStillUnclean() {
    attach("c0", "eth0", lent(facts(), FIRST));
    AttachmentRecord record = attach("c1", "net1", facts().put(AttachmentRecord.DEVICE, FIRST));
    attach("c2", "eth0", lent(facts(), FIRST));
    new Undo(journal, Map.of()).run(List.of(record));

    assertEquals(
        Optional.of("container c1"),
        read(BOOT).of(id(FIRST)).filter(one -> one.quarantine().isPresent()).map(Holder::who));
  }

  @Test
  void of_allocatedFunction_saysForWhichResource() {
    ObjectNode loan = facts().put("resource", "intel.com/vfs").put("id", "1");
    journal.devices().know(new PciAddress(FIRST), "loan", Optional.of(loan));

    assertEquals(Map.of(id(FIRST), "intel.com/vfs"), read(BOOT).givenBy());
    assertEquals(Map.of(), read("boot2").givenBy());
  }
}
