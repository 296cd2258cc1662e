package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static io.myriapod.vfio.FakeNode.FIRST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.OpenDevice;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.Killing.Killed;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Binds that were killed or went wrong half-way, on a fake tree: what is taken back. */
class BindingRecoveryTest extends BindingCase {
  private static final DriverChoice UIO = new DriverChoice.Named("uio_pci_generic");
  private static final ObjectNode NO_FACTS = JsonNodeFactory.instance.objectNode();

  @Test
  void recover_killedAtEachPoint_leavesTheFormerOrTheWantedDriver() {
    List<String> points = new ArrayList<>();
    node.close();
    node.restart((phase, key, detail) -> points.add(phase + ":" + detail));
    node.functions().bind(FIRST, VFIO, false);
    node.functions().bind(FIRST, DEFAULT, false);
    node.close();
    assertEquals(
        List.of(
            "STEP_RECORDED:driver",
            "STEP_REFINED:driver_override",
            "STEP_REFINED:unbind",
            "STEP_REFINED:drivers_probe",
            "RECORD_ATTACHED:"),
        points.subList(0, 5));

    for (int point = 0; point < 5; point++) {
      node.restart(dieAt(point));
      assertThrows(Killed.class, () -> node.functions().bind(FIRST, VFIO, false));
      node.close();
      node.restart(PhaseListener.NONE);

      assertEquals(List.of(), node.functions().recover());

      boolean finished = point == 4;
      assertEquals(
          Optional.of(finished ? "vfio-pci" : "igbvf"),
          node.sysfs.driverOf(FIRST.value()),
          points.get(point));
      assertEquals(
          finished ? Optional.of("vfio-pci") : Optional.empty(),
          recordOf(FIRST).flatMap(record -> record.text("driver")));
      node.functions().bind(FIRST, DEFAULT, false);
      node.close();
    }
    node.restart(PhaseListener.NONE);
  }

  /** A bind that was killed when the driver was bound, and not yet noted. */
  private void killedWhenBound() {
    node.close();
    node.restart(Killing.at("drivers_probe", 1));
    assertThrows(Killed.class, () -> node.functions().bind(FIRST, VFIO, false));
    node.close();
    node.restart(PhaseListener.NONE);
    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
  }

  @Test
  void bind_sameAgainBeforeTheRecovery_isBoundForGood() {
    killedWhenBound();

    node.functions().bind(FIRST, VFIO, false);
    node.functions().recover();

    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
    assertEquals(Optional.of("igbvf"), recordOf(FIRST).orElseThrow().text("former"));
  }

  @Test
  void bind_dryRunBeforeTheRecovery_isRefusedAndChangesNothing() {
    killedWhenBound();
    int writes = node.sysfs.log().size();

    DeviceException refusal =
        assertThrows(DeviceException.class, () -> node.functions().bind(FIRST, VFIO, true));

    assertEquals(Kind.BUSY, refusal.kind());
    assertEquals(writes, node.sysfs.log().size());
    assertTrue(recordOf(FIRST).orElseThrow().isChanging());
  }

  @Test
  void bind_changeOfThePhysicalOneCannotBeTakenBack_isRefused() {
    OpenDevice left =
        node.journal()
            .devices()
            .begin(
                new PciAddress(CARD),
                new Inverse("of another version", UndoClass.DEVICE, NO_FACTS));
    left.close();

    DeviceException refusal = refused(FIRST, VFIO);

    assertEquals(Kind.UNUSABLE, refusal.kind());
    assertTrue(refusal.getMessage().contains("an earlier change of " + CARD));
    assertUntouched();
  }

  /**
   * As dpdk-devbind and the SR-IOV operator leave it: bound by an override that is cleared then.
   */
  @Test
  void recover_formerDriverWasBoundByHand_isBoundAgain() {
    node.functions().bind(FIRST, VFIO, false);
    node.sysfs.file(PATH + "/driver_override", "(null)");
    node.close();
    node.restart(Killing.at("drivers_probe", 1));
    assertThrows(Killed.class, () -> node.functions().bind(FIRST, UIO, false));
    node.close();
    node.restart(PhaseListener.NONE);

    assertEquals(List.of(), node.functions().recover());

    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
  }

  @Test
  void recover_functionIsInUseByNow_isNotTakenFromItsUser() {
    killedWhenBound();
    node.sysfs.directory(PATH + "/net"); // stands for any use: an interface in another namespace

    List<DeviceRecord> failed = node.functions().recover();

    assertTrue(failed.get(0).failure().orElseThrow().contains("in another namespace"));
    assertEquals(Optional.of("vfio-pci"), node.sysfs.driverOf(FIRST.value()));
  }

  @Test
  void bind_functionGoesMeanwhile_isNotSaidToBeBack() {
    node.close();
    node.restart(
        (phase, key, detail) -> {
          if (detail.equals("unbind")) {
            node.sysfs.written("bus/pci/devices/" + CARD + "/sriov_numvfs", "0");
          }
        });

    DeviceException refusal = refused(FIRST, VFIO);

    assertTrue(refusal.getMessage().endsWith("the function is gone"), refusal.getMessage());
    assertEquals(Optional.empty(), recordOf(FIRST));
  }

  /** Ends the process, as far as a listener can: nothing is undone, since that reaches it too. */
  private static PhaseListener dieAt(int point) {
    int[] reached = {0};
    return (phase, key, detail) -> {
      if (reached[0]++ >= point) {
        throw new Killed(phase.name());
      }
    };
  }
}
