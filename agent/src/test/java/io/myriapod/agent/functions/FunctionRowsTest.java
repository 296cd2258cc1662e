package io.myriapod.agent.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.Node;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.use.Use;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a card with two functions, beside a journal that another process writes. */
class FunctionRowsTest {
  private static final String CARD = "0000:01:00.0";
  private static final PciAddress FIRST = new PciAddress("0000:01:10.0");
  private static final PciAddress SECOND = new PciAddress("0000:01:10.2");
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TempDir private Path root;
  private FakeSysfs sysfs;

  @BeforeEach
  void make() {
    sysfs = new FakeSysfs(root.resolve("sys"));
    sysfs.driver("igbvf", "0x10ca").physical(CARD, 7);
    sysfs.written("bus/pci/devices/" + CARD + "/sriov_numvfs", "2");
  }

  private List<FunctionRow> rows() {
    return new FunctionRows(
            new AgentPaths(root),
            new Node(Path.of("/"), Optional.empty(), "boot1"),
            new Places(sysfs.root(), root.resolve("dev"), root.resolve("run")))
        .read();
  }

  private Journal journal(String bootId) {
    return Journal.open(
        new AgentPaths(root).journal(), bootId, file -> () -> {}, PhaseListener.NONE);
  }

  @Test
  void read_cardWithTwoFunctions_hasThemByIndexBehindIt() {
    assertEquals(
        List.of(new PciAddress(CARD), FIRST, SECOND),
        rows().stream().map(row -> row.function().address()).toList());
  }

  @Test
  void read_functionThatAPodHas_namesThePod() {
    ObjectNode facts = NOTHING.deepCopy().put(AttachmentRecord.DEVICE, FIRST.value());
    facts.putObject("pod").put("namespace", "default").put("name", "router");
    try (Journal journal = journal("boot1");
        OpenRecord record =
            journal.begin(
                new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1")), facts)) {
      record.done();

      List<FunctionRow> rows = rows();

      assertEquals(List.of("default/router"), rows.get(1).uses().stream().map(Use::who).toList());
      assertEquals(List.of(), rows.get(2).uses());
    }
  }

  @Test
  void read_functionThatIsBeingChanged_isChanging() {
    begin("boot1");

    List<FunctionRow> rows = rows();

    assertTrue(rows.get(1).record().filter(DeviceRecord::isChanging).isPresent());
    assertEquals(Optional.empty(), rows.get(2).record());
  }

  @Test
  void read_changeOfAnEarlierBoot_isNone() {
    begin("boot0");

    assertEquals(Optional.empty(), rows().get(1).record());
  }

  /** As an agent that is killed in the middle. */
  private void begin(String bootId) {
    Journal journal = journal(bootId);
    journal.devices().begin(FIRST, new Inverse("driver", UndoClass.DEVICE, NOTHING));
    journal.close();
  }
}
