package io.myriapod.agent.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers and errors of the service, on a fake tree with two virtual functions of seven. */
class FunctionServiceTest {
  private static final String CARD = "0000:01:00.0";
  private static final PciAddress FIRST = new PciAddress("0000:01:10.0");
  private static final Optional<Named> VFIO = Optional.of(new Named("vfio-pci"));

  @TempDir private Path root;
  private FakeSysfs sysfs;
  private Journal journal;
  private FunctionService service;

  @BeforeEach
  void make() {
    sysfs = new FakeSysfs(root.resolve("sys"));
    sysfs.driver("igbvf", "0x10ca").driver("vfio-pci");
    sysfs.physical(CARD, 7).directory("bus/pci/devices/" + CARD + "/net/lo");
    sysfs.written("bus/pci/devices/" + CARD + "/sriov_numvfs", "2");
    Node node = new Node(Path.of("/"), Optional.empty(), "boot1");
    journal = Journal.open(root.resolve("journal"), "boot1", file -> () -> {}, PhaseListener.NONE);
    service =
        new FunctionService(
            new VirtualFunctions(
                node,
                journal,
                new Places(sysfs.root(), root.resolve("dev"), root.resolve("run")),
                new ReentrantLock()),
            new ConfiguredFunctions(root.resolve("config.yaml")));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private List<String> changes(FunctionRequest request) {
    return service.run(request).path("changes").findValuesAsText("change");
  }

  private CniException refused(FunctionRequest request) {
    return assertThrows(CniException.class, () -> service.run(request));
  }

  @Test
  void run_dryCreate_tellsEachWriteAndMakesNone() {
    JsonNode answer = service.run(new FunctionRequest.Create(CARD, 1, VFIO, true)).path("changes");

    assertEquals(CARD, answer.get(0).path("device").asText());
    List<String> changes = answer.findValuesAsText("change");
    assertTrue(
        changes.contains("echo 1 > /sys/bus/pci/devices/" + CARD + "/sriov_numvfs"),
        changes.toString());
    assertTrue(
        changes.contains("echo vfio-pci > /sys/bus/pci/devices/" + FIRST + "/driver_override"),
        changes.toString());
    assertEquals(List.of(), sysfs.log());
    assertTrue(sysfs.exists("bus/pci/devices/" + CARD + "/virtfn1"));
  }

  @Test
  void run_allAsWanted_hasNoChanges() {
    assertEquals(List.of(), changes(new FunctionRequest.Create(CARD, 2, Optional.empty(), false)));
  }

  @Test
  void run_whatCannotBe_hasACodeOfItsOwn() {
    assertEquals(
        ErrorCode.DEVICE_NOT_FOUND,
        refused(new FunctionRequest.Reset(new PciAddress("0000:09:00.0"), false)).code());
    assertEquals(
        ErrorCode.DEVICE_UNUSABLE,
        refused(new FunctionRequest.Create(CARD, 9, Optional.empty(), false)).code());
  }

  @Test
  void run_createOverOneThatAPodHolds_isRefusedNamingThePod() {
    AttachmentKey net1 = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    try (OpenRecord record =
        journal.begin(
            net1,
            JsonNodeFactory.instance.objectNode().put(AttachmentRecord.DEVICE, FIRST.value()))) {
      record.done();
    }

    CniException refusal = refused(new FunctionRequest.Create(CARD, 0, Optional.empty(), false));

    assertEquals(ErrorCode.DEVICE_IN_USE, refusal.code());
    assertTrue(refusal.getMessage().contains("is held by container pod1 as \"net1\""));
  }

  @Test
  void run_applyWithOneCardMissing_saysSoAndPlansTheOther() throws IOException {
    Files.writeString(
        root.resolve("config.yaml"),
        "sriov: [{pf: '0000:07:00.0', numVfs: 1}, {pf: '0000:08:00.0', numVfs: 1}]\n");

    CniException refusal = refused(new FunctionRequest.Apply(true));

    assertEquals(ErrorCode.DEVICE_NOT_FOUND, refusal.code());
    assertTrue(refusal.getMessage().contains("0000:07:00.0"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("0000:08:00.0"), refusal.getMessage());
  }

  @Test
  void run_dryApply_plansWhatTheConfigurationWants() throws IOException {
    Files.writeString(
        root.resolve("config.yaml"),
        "sriov: [{pf: '%s', numVfs: 2, drivers: [{vfs: '1', driver: vfio-pci}]}]\n"
            .formatted(CARD));

    assertEquals(
        List.of(
            "echo vfio-pci > /sys/bus/pci/devices/0000:01:10.2/driver_override",
            "echo 0000:01:10.2 > /sys/bus/pci/drivers/igbvf/unbind",
            "echo 0000:01:10.2 > /sys/bus/pci/drivers_probe"),
        changes(new FunctionRequest.Apply(true)));
  }

  @Test
  void run_applyNamesOneCardTwice_refusesTheSecond() throws IOException {
    sysfs.physical("0000:0a:00.0", 7);
    Files.writeString(
        root.resolve("config.yaml"),
        "sriov: [{pf: '0000:0a:00.0', numVfs: 0}, {pf: '0000:0A:00.0', numVfs: 0}]\n");

    CniException refusal = refused(new FunctionRequest.Apply(true));

    assertEquals(ErrorCode.DEVICE_UNUSABLE, refusal.code());
    assertTrue(refusal.getMessage().contains("\"0000:0A:00.0\""), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("is configured already"), refusal.getMessage());
  }

  @Test
  void settle_oneCardCannotBeNamed_makesTheOthers() throws IOException {
    Files.writeString(
        root.resolve("config.yaml"),
        "sriov: [{pf: 'a:b', numVfs: 1}, {pf: '%s', numVfs: 0}]\n".formatted(CARD));
    sysfs.file("bus/pci/devices/" + CARD + "/sriov_numvfs", "2");

    service.settle();

    assertEquals("0", sysfs.text("bus/pci/devices/" + CARD + "/sriov_numvfs"));
  }

  @Test
  void settle_configurationCannotBeRead_isLeftForLater() throws IOException {
    sysfs.file("bus/pci/devices/" + CARD + "/sriov_numvfs", "2");
    Path config = Files.writeString(root.resolve("config.yaml"), "sriov: [{pf: e}]\n");

    service.settle();

    Files.writeString(config, "sriov: [{pf: '%s', numVfs: 0}]\n".formatted(CARD));
    service.settle();
    assertEquals("0", sysfs.text("bus/pci/devices/" + CARD + "/sriov_numvfs"));
  }
}
