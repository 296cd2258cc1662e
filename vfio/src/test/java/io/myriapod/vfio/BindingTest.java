package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static io.myriapod.vfio.FakeNode.FIRST;
import static io.myriapod.vfio.FakeNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.fixtures.Waiting;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.Deadlines;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Drivers of a virtual function on a fake tree: what is refused, and what is taken back. */
class BindingTest extends BindingCase {
  private static final Deadlines SOON = new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(1));

  @Test
  void bind_toVfio_isWrittenInOrderAndRecorded() {
    List<Change> made = node.functions().bind(FIRST, VFIO, false);

    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
    assertEquals(
        List.of(
            PATH + "/driver_override=vfio-pci",
            "bus/pci/drivers/igbvf/unbind=" + FIRST,
            "bus/pci/drivers_probe=" + FIRST),
        node.sysfs.log());
    assertEquals(3, made.size());
    DeviceRecord record = recordOf(FIRST).orElseThrow();
    assertEquals(Optional.of("vfio-pci"), record.text("driver"));
    assertEquals(Optional.of("igbvf"), record.text("former"));
    assertFalse(record.isChanging());
  }

  @Test
  void bind_toWhatItHas_changesNothing() {
    node.functions().bind(FIRST, VFIO, false);
    int writes = node.sysfs.log().size();

    assertEquals(List.of(), node.functions().bind(FIRST, VFIO, false));
    assertEquals(writes, node.sysfs.log().size());
  }

  @Test
  void bind_default_clearsTheOverrideAndEndsTheRecord() {
    node.functions().bind(FIRST, VFIO, false);

    node.functions().bind(FIRST, DEFAULT, false);

    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  @Test
  void bind_otherFacts_areKept() {
    try (var change =
        node.journal()
            .devices()
            .begin(FIRST, new FormerDriver(Optional.of("igbvf"), Optional.empty()).toInverse())) {
      change.done(JsonNodeFactory.instance.objectNode().put("note", "kept"));
    }

    node.functions().bind(FIRST, VFIO, false);
    node.functions().bind(FIRST, DEFAULT, false);

    assertEquals(Optional.of("kept"), recordOf(FIRST).orElseThrow().text("note"));
    assertEquals(Optional.empty(), recordOf(FIRST).orElseThrow().text("driver"));
  }

  @Test
  void bind_dryRun_showsEachWriteAndMakesNone() {
    List<Change> plan = node.functions().bind(FIRST, VFIO, true);

    assertEquals(
        List.of(
            "echo vfio-pci > /sys/" + PATH + "/driver_override",
            "echo " + FIRST + " > /sys/bus/pci/drivers/igbvf/unbind",
            "echo " + FIRST + " > /sys/bus/pci/drivers_probe"),
        plan.stream().map(Change::toString).toList());
    assertUntouched();
  }

  @Test
  void bind_groupWithAKernelBoundDevice_isRefusedNamingIt() {
    node.sysfs.function("0000:01:1f.0", "0x8086", "0x1521", Optional.of("igb"));
    node.sysfs.together("0000:01:1f.0", FIRST.value());

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.UNUSABLE, refusal.kind());
    assertTrue(
        refusal.getMessage().contains("has 0000:01:1f.0 too, with driver \"igb\""),
        refusal.getMessage());
    assertUntouched();
  }

  /** Only a bridge that carries what is behind it is let through by the kernel. */
  @Test
  void bind_groupWithAnIsaBridgeThatTheKernelDrives_isRefused() {
    node.sysfs.function("0000:00:1f.0", "0x8086", "0x3420", Optional.of("lpc_ich"));
    node.sysfs.file("bus/pci/devices/0000:00:1f.0/class", "0x060100");
    node.sysfs.together("0000:00:1f.0", FIRST.value());

    assertTrue(refused(FIRST, VFIO).getMessage().contains("\"lpc_ich\""));
    assertUntouched();
  }

  @Test
  void bind_groupWithBridgeAndUnboundDevice_isViable() {
    node.sysfs.function("0000:00:02.0", "0x8086", "0x3420", Optional.of("pcieport"));
    node.sysfs.file("bus/pci/devices/0000:00:02.0/class", "0x060400");
    node.sysfs.function("0000:01:1f.0", "0x8086", "0x1521", Optional.empty());
    node.sysfs.together("0000:00:02.0", FIRST.value()).together("0000:01:1f.0", FIRST.value());

    node.functions().bind(FIRST, VFIO, false);

    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
  }

  @Test
  void bind_noIommu_saysWhatToDo() {
    node.close();
    node = FakeNode.with(root.resolve("other"), false, Optional.empty(), "lo");

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(
        "bind 0000:01:10.0 to driver \"vfio-pci\": 0000:01:10.0 is in no IOMMU group: the machine"
            + " has no IOMMU, or it is off",
        refusal.getMessage());
    assertTrue(refusal.details().contains("intel_iommu=on"), refusal.details());
    assertUntouched();
  }

  @Test
  void bind_noIommuButUio_isDone() {
    node.close();
    node = FakeNode.with(root.resolve("other"), false, Optional.empty(), "lo");

    node.functions().bind(FIRST, new DriverChoice.Named("uio_pci_generic"), false);

    assertEquals(Optional.of("uio_pci_generic"), node.sysfs.driverOf(FIRST.value()));
  }

  @Test
  void bind_addressOfNothingOrOfNoVirtualFunction_isRefused() {
    assertEquals(
        "bind 0000:09:00.0 to driver \"vfio-pci\": there is no PCI function 0000:09:00.0",
        refused(new PciAddress("0000:09:00.0"), VFIO).getMessage());
    assertEquals(
        "bind 0000:01:00.0 to driver \"vfio-pci\": 0000:01:00.0 is no virtual function",
        refused(new PciAddress(CARD), VFIO).getMessage());
    assertUntouched();
  }

  @Test
  void bind_driverThatDoesNotExist_changesNothing() {
    DeviceException refusal = refused(FIRST, new DriverChoice.Named("no-such-driver"));

    assertEquals(Kind.NOT_FOUND, refusal.kind());
    assertTrue(refusal.getMessage().contains("no-such-driver"), refusal.getMessage());
    assertUntouched();
  }

  @Test
  void bind_driverThatRefuses_isTakenBack() {
    node.sysfs.refuses("vfio-pci");

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.REFUSED, refusal.kind());
    assertTrue(refusal.getMessage().endsWith("it is back with driver \"igbvf\""));
    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  @Test
  void bind_writeAnswersEio_isTakenBack() {
    node.sysfs.breaks("bus/pci/drivers/igbvf/unbind", 5);

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(
        "echo 0000:01:10.0 > /sys/bus/pci/drivers/igbvf/unbind: EIO; it is back with driver"
            + " \"igbvf\"",
        refusal.getMessage());
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  @Test
  void bind_fileIsADirectory_isAnErrorWithTheErrno() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/drivers/igbvf/unbind"));
    node.sysfs.directory("bus/pci/drivers/igbvf/unbind");

    assertTrue(refused(FIRST, VFIO).getMessage().contains("EISDIR"));
    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
  }

  /** The write hangs in open(2) of a FIFO; reading it is what the kernel does when it answers. */
  @Test
  void bind_writeHangs_leavesTheDeviceAloneUntilItReturns() throws IOException {
    node.givesUpSoon();
    node.sysfs.hangs("bus/pci/drivers/igbvf/unbind");

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.UNUSABLE, refusal.kind());
    assertTrue(refusal.getMessage().contains("no answer from the kernel within 1000 ms"));
    assertTrue(recordOf(FIRST).orElseThrow().isChanging());
    assertTrue(recordOf(FIRST).orElseThrow().failure().orElseThrow().contains("has not returned"));
    assertTrue(refused(FIRST, DEFAULT).getMessage().contains("has not returned"));
    assertEquals(1, node.functions().reset(SECOND, false).size()); // others go on

    Files.readString(root.resolve("sys/bus/pci/drivers/igbvf/unbind")); // it answers at last
    Waiting.until(Duration.ofSeconds(10), () -> node.sysfs.driverOf(FIRST.value()).isEmpty());
    Waiting.until(Duration.ofSeconds(10), () -> node.functions().recover().isEmpty());

    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  /**
   * Linux answers who asks for driver_override when the write returns: it holds the device's lock.
   */
  @Test
  void bind_writeHangsAndTheOverrideCannotBeRead_isGivenUpAllTheSame() throws IOException {
    node.close();
    node.restart(
        (phase, key, detail) -> {
          if (detail.equals("driver_override")) {
            node.sysfs.hangs(PATH + "/driver_override").hangs("bus/pci/drivers/igbvf/unbind");
          }
        },
        SOON);

    CompletableFuture<DeviceException> refusal =
        CompletableFuture.supplyAsync(() -> refused(FIRST, VFIO));
    Waiting.until(Duration.ofSeconds(30), refusal::isDone);

    assertTrue(refusal.join().getMessage().contains("no answer from the kernel within 1000 ms"));
    assertEquals(1, node.functions().recover().size());
    assertTrue(refused(FIRST, DEFAULT).getMessage().contains("has not returned"));
    DeviceException create =
        assertThrows(
            DeviceException.class, () -> node.functions().create(CARD, 4, Optional.empty(), false));
    assertTrue(create.getMessage().contains("has not returned"), create.getMessage());
    Files.readString(root.resolve("sys/bus/pci/drivers/igbvf/unbind")); // let its thread go
  }

  @Test
  void bind_heldByAPod_isRefused() {
    AttachmentKey net1 = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    try (OpenRecord record =
        node.journal()
            .begin(net1, JsonNodeFactory.instance.objectNode().put("device", FIRST.value()))) {
      record.done();
    }

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.IN_USE, refusal.kind());
    assertEquals(
        "bind 0000:01:10.0 to driver \"vfio-pci\": 0000:01:10.0 is held by container pod1 as"
            + " \"net1\"",
        refusal.getMessage());
    assertUntouched();
  }

  @Test
  void bind_couldNotBeCleanedAfterAPod_isInQuarantineWithTheReason() {
    AttachmentKey net1 = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    new Undo(node.journal(), Map.of("stuck", batch -> Map.of(batch.get(0), "the card is ill")));
    try (OpenRecord record =
        node.journal()
            .begin(net1, JsonNodeFactory.instance.objectNode().put("device", FIRST.value()))) {
      record.will(new Inverse("stuck", UndoClass.DEVICE, JsonNodeFactory.instance.objectNode()));
    }

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.IN_USE, refusal.kind());
    assertEquals(
        "bind 0000:01:10.0 to driver \"vfio-pci\": 0000:01:10.0 could not be made what it was before"
            + " its last pod: the card is ill",
        refusal.getMessage());
    assertUntouched();
  }

  /** Migration drivers of VFIO have names of their own: they give a function to programs, too. */
  @Test
  void bind_defaultFromAVariantOfVfio_isTheKernels() {
    node.sysfs.driver("mlx5_vfio_pci");
    node.functions().bind(FIRST, new DriverChoice.Named("mlx5_vfio_pci"), false);
    node.sysfs.file(PATH + "/driver_override", "(null)");

    node.functions().bind(FIRST, DEFAULT, false);

    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
  }

  @Test
  void bind_interfaceInAnotherNamespace_isRefused() {
    node.sysfs.directory(PATH + "/net");

    assertEquals(Kind.IN_USE, refused(FIRST, VFIO).kind());
    assertUntouched();
  }

  @Test
  void reset_freeFunction_isWrittenOnce() {
    node.functions().reset(FIRST, false);

    assertEquals(List.of(PATH + "/reset=1"), node.sysfs.log());
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  @Test
  void reset_functionWithoutFlr_isRefused() {
    node.sysfs.file(PATH + "/reset_method", "pm bus");

    DeviceException refusal =
        assertThrows(DeviceException.class, () -> node.functions().reset(FIRST, false));

    assertEquals(
        "reset 0000:01:10.0: the function has no function level reset, but pm, bus",
        refusal.getMessage());
    assertUntouched();
  }
}
