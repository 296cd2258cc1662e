package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static io.myriapod.vfio.FakeNode.FIRST;
import static io.myriapod.vfio.FakeNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Waiting;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.Killing.Killed;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers of virtual functions on a fake tree, by hand and as a configuration wants them. */
class CreationTest extends CreationCase {
  @Test
  void create_anotherNumber_goesByNone() {
    create(5, NO_DRIVER);

    assertEquals(List.of(PATH + "/sriov_numvfs=0", PATH + "/sriov_numvfs=5"), node.sysfs.log());
    assertEquals(List.of("igbvf", "igbvf", "igbvf", "igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_sameNumber_changesNothing() {
    create(2, NO_DRIVER);

    assertUntouched();
  }

  @Test
  void create_forPrograms_keepsTheKernelsDriverOff() {
    create(3, Optional.of(VFIO));

    assertEquals(List.of("vfio-pci", "vfio-pci", "vfio-pci"), drivers());
    List<String> log = node.sysfs.log();
    assertEquals(
        List.of(
            PATH + "/sriov_numvfs=0",
            PATH + "/sriov_drivers_autoprobe=0",
            PATH + "/sriov_numvfs=3",
            PATH + "/sriov_drivers_autoprobe=1",
            "bus/pci/devices/" + FIRST + "/driver_override=vfio-pci",
            "bus/pci/drivers_probe=" + FIRST),
        log.subList(0, 6));
    assertEquals(3, node.journal().devices().all().size());
  }

  @Test
  void create_dryRun_isWhatIsWrittenThen() {
    List<String> plan =
        node.functions().create(CARD, 3, Optional.of(VFIO), true).stream()
            .map(Change::toString)
            .toList();
    assertUntouched();

    List<String> made =
        node.functions().create(CARD, 3, Optional.of(VFIO), false).stream()
            .map(Change::toString)
            .toList();

    assertEquals(plan, made);
  }

  @Test
  void create_moreThanItCanHave_changesNothing() {
    assertEquals(
        "create 9 virtual functions on 0000:01:00.0: it can have 0 to 7",
        refused(CARD, 9, NO_DRIVER).getMessage());
    assertUntouched();
  }

  @Test
  void create_onWhatIsNoPhysicalFunction_changesNothing() {
    node.sysfs.function("0000:03:00.0", "0x8086", "0x1521", Optional.of("igb"));

    assertEquals(
        "create 2 virtual functions on 0000:03:00.0: it has no SR-IOV",
        refused("0000:03:00.0", 2, NO_DRIVER).getMessage());
    assertEquals(
        "create 2 virtual functions on 0000:01:10.0: it is a virtual function itself, of"
            + " 0000:01:00.0",
        refused(FIRST.value(), 2, NO_DRIVER).getMessage());
    assertEquals(Kind.NOT_FOUND, refused("no-such-link", 2, NO_DRIVER).kind());
    assertUntouched();
  }

  @Test
  void create_oneOfThemInUse_isRefusedNamingIt() {
    AttachmentKey net1 = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    try (OpenRecord record =
        node.journal()
            .begin(net1, JsonNodeFactory.instance.objectNode().put("device", SECOND.value()))) {
      record.done();
    }

    DeviceException refusal = refused(CARD, 4, NO_DRIVER);

    assertEquals(Kind.IN_USE, refusal.kind());
    assertTrue(refusal.getMessage().contains("0000:01:10.2 is held by container pod1"));
    assertUntouched();
  }

  @Test
  void create_vfioWithoutIommu_changesNothing() {
    node.close();
    node = FakeNode.with(root.resolve("other"), false, Optional.empty(), "lo");

    assertTrue(refused(CARD, 4, Optional.of(VFIO)).details().contains("intel_iommu=on"));
    assertUntouched();
  }

  @Test
  void create_driverRefusesTheSecond_allIsTakenBack() {
    node.sysfs.breaks("bus/pci/devices/0000:01:10.4/driver_override", 5);
    create(0, NO_DRIVER);
    create(2, NO_DRIVER);

    DeviceException refusal = refused(CARD, 3, Optional.of(VFIO));

    assertTrue(refusal.getMessage().contains("EIO"), refusal.getMessage());
    assertTrue(refusal.getMessage().endsWith("all was taken back"), refusal.getMessage());
    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals("1", node.sysfs.text(PATH + "/sriov_drivers_autoprobe"));
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void recover_killedWhileMakingThem_bringsTheFormerNumberBack() {
    createKilledAt("drivers_probe", 1, 4, Optional.of(VFIO));
    assertEquals(List.of("vfio-pci", "none", "none", "none"), drivers());

    assertEquals(List.of(), node.functions().recover());

    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_sameAgainBeforeTheRecovery_isThereForGood() {
    createKilledAt("sriov_numvfs", 2, 4, NO_DRIVER);
    assertEquals(4, drivers().size());

    create(4, NO_DRIVER);
    node.functions().recover();

    assertEquals(4, drivers().size());
    assertEquals(List.of(), node.journal().devices().all());
  }

  /** A creation that is killed when that file was written for the so-manieth time. */
  private void createKilledAt(String file, int times, int number, Optional<Named> driver) {
    node.close();
    node.restart(Killing.at(file, times));
    assertThrows(Killed.class, () -> create(number, driver));
    node.close();
    node.restart(PhaseListener.NONE);
  }

  @Test
  void recover_killedWhenTheFormerOnesWereDropped_bringsThemBackWithTheirDrivers() {
    node.functions().bind(FIRST, VFIO, false);
    createKilledAt("sriov_numvfs", 1, 4, NO_DRIVER);
    assertEquals(List.of(), drivers());

    assertEquals(List.of(), node.functions().recover());

    assertEquals(List.of("vfio-pci", "igbvf"), drivers());
    List<DeviceRecord> records = node.journal().devices().all();
    assertEquals(List.of(FIRST), records.stream().map(DeviceRecord::device).toList());
    assertEquals(Optional.of("vfio-pci"), records.get(0).text("driver"));
    assertEquals(Optional.of("igbvf"), records.get(0).text("former"));
  }

  @Test
  void recover_killedOverAHalfDoneBind_bringsTheDriverBeforeTheBindBack() throws IOException {
    Path probe = root.resolve("sys/bus/pci/drivers_probe");
    Files.delete(probe);
    Files.createDirectory(probe); // so that the bind cannot be undone either
    assertThrows(DeviceException.class, () -> node.functions().bind(FIRST, VFIO, false));
    assertEquals(List.of("none", "igbvf"), drivers());
    createKilledAt("sriov_numvfs", 1, 4, NO_DRIVER);
    Files.delete(probe);
    node.sysfs.file("bus/pci/drivers_probe", "");

    assertEquals(List.of(), node.functions().recover());

    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_failsWhereTheKernelBindsNothingByItself_bringsTheDriversBack() {
    node.sysfs.file(PATH + "/sriov_drivers_autoprobe", "0");
    node.sysfs.breaks("bus/pci/devices/0000:01:10.4/driver_override", 5);

    DeviceException refusal = refused(CARD, 3, Optional.of(VFIO));

    assertTrue(refusal.getMessage().endsWith("all was taken back"), refusal.getMessage());
    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals("(null)", node.sysfs.text("bus/pci/devices/" + FIRST + "/driver_override"));
    assertEquals("0", node.sysfs.text(PATH + "/sriov_drivers_autoprobe"));
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_failsForTheSecond_leavesTheRecordOfTheFormerFirst() {
    node.functions().bind(FIRST, VFIO, false);
    node.sysfs.breaks("bus/pci/devices/0000:01:10.4/driver_override", 5);

    refused(CARD, 3, Optional.of(new Named("uio_pci_generic")));

    assertEquals(List.of("vfio-pci", "igbvf"), drivers());
    DeviceRecord record = node.journal().devices().find(FIRST).orElseThrow();
    assertEquals(Optional.of("vfio-pci"), record.text("driver"));
    assertEquals(List.of(record), node.journal().devices().all());
  }

  @Test
  void create_numberHangs_isTakenBackWhenTheKernelHasAnswered() throws IOException {
    node.givesUpSoon();
    node.sysfs.hangs(PATH + "/sriov_numvfs");

    DeviceException refusal = refused(CARD, 4, NO_DRIVER);

    assertTrue(refusal.getMessage().contains("no answer from the kernel"), refusal.getMessage());
    assertTrue(refused(CARD, 2, NO_DRIVER).getMessage().contains("has not returned"));
    Files.readString(root.resolve("sys/" + PATH + "/sriov_numvfs")); // it answers at last
    Waiting.until(Duration.ofSeconds(10), () -> drivers().isEmpty());
    Files.delete(root.resolve("sys/" + PATH + "/sriov_numvfs"));
    node.sysfs.file(PATH + "/sriov_numvfs", "0");
    Waiting.until(Duration.ofSeconds(10), () -> node.functions().recover().isEmpty());
    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_cardGoesMeanwhile_isSaidAndLeavesNoRecord() {
    node.close();
    node.restart(
        (phase, key, detail) -> {
          if (detail.equals("sriov_numvfs")) {
            Command.of("rm", "-r", root.resolve("sys/" + PATH).toString()).run();
          }
        });

    DeviceException refusal = refused(CARD, 4, NO_DRIVER);

    assertTrue(refusal.getMessage().endsWith("the card is gone"), refusal.getMessage());
    assertEquals(List.of(), node.functions().recover());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void create_udevIsThere_getsARuleThatGoesWithThem() {
    root.resolve("run/udev").toFile().mkdirs();
    create(3, NO_DRIVER);

    String rules = "run/udev/rules.d/10-myriapod-0000:01:00.0.rules";
    assertTrue(root.resolve(rules).toFile().exists());
    create(0, NO_DRIVER);
    assertTrue(!root.resolve(rules).toFile().exists());
  }

  @Test
  void apply_driversOfSome_givesTheOthersTheKernels() {
    WantedFunctions wanted =
        new WantedFunctions(CARD, 4, Optional.empty(), Map.of(0, VFIO, 1, VFIO));

    node.functions().apply(wanted, false);

    assertEquals(List.of("vfio-pci", "vfio-pci", "igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.functions().apply(wanted, false));
  }

  @Test
  void create_numberIsThereAndTheSecondIsInUse_changesNothing() {
    node.sysfs.directory("bus/pci/devices/" + SECOND + "/net"); // its interface is elsewhere

    assertEquals(Kind.IN_USE, refused(CARD, 2, Optional.of(VFIO)).kind());

    assertUntouched();
  }

  @Test
  void create_numberIsThereAndTheSecondCannotBeBound_givesTheFirstItsDriverBack() {
    node.sysfs.breaks("bus/pci/devices/" + SECOND + "/driver_override", 5);

    DeviceException refusal = refused(CARD, 2, Optional.of(VFIO));

    assertTrue(refusal.getMessage().contains("EIO"), refusal.getMessage());
    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.journal().devices().all());
  }

  @Test
  void apply_numberIsThere_bindsWhatIsNotAsWanted() {
    node.functions().apply(new WantedFunctions(CARD, 2, Optional.empty(), Map.of(1, VFIO)), false);

    assertEquals(List.of("igbvf", "vfio-pci"), drivers());
    assertTrue(node.sysfs.log().stream().noneMatch(line -> line.contains("numvfs")));
  }
}
