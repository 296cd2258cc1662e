package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.FIRST;
import static io.myriapod.vfio.FakeNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.given.LentFunction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Drivers that pools promise for containers, from the allocation to the end of the pod. */
class LendingTest extends BindingCase {
  private static final String RESOURCE = "intel.com/dpdk";
  private static final ContainerId OLD = new ContainerId("old");
  private static final ContainerId NEW = new ContainerId("new");

  private Lending lending() {
    return node.functions().lending();
  }

  /** What an ADD records of a function that the kubelet gave to its pod. */
  private AttachmentRecord borrow(ContainerId container) {
    AttachmentKey key = new AttachmentKey(container, new InterfaceName("eth0"));
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.putArray(AttachmentRecord.LENT).add(FIRST.value());
    try (OpenRecord steps = node.journal().begin(key, facts)) {
      String loan = lending().of(FIRST).map(Loan::id).orElse("");
      steps.will(new LentFunction(FIRST, loan).toInverse());
      steps.done();
    }
    return node.journal().find(key).orElseThrow();
  }

  /** A network of a pod has the function. */
  private AttachmentKey attach(ContainerId container) {
    AttachmentKey key = new AttachmentKey(container, new InterfaceName("net1"));
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.set(AttachmentRecord.DEVICE, TextNode.valueOf(FIRST.value()));
    try (OpenRecord steps = node.journal().begin(key, facts)) {
      steps.done();
    }
    return key;
  }

  private Lending.Promise promise(Optional<DriverChoice.Named> driver) {
    return lending().promise(FIRST, driver, RESOURCE);
  }

  private UndoReport end(AttachmentRecord record) {
    return new Undo(node.journal(), node.functions().inverseHandlers()).run(List.of(record));
  }

  private Optional<String> driver() {
    return node.sysfs.driverOf(FIRST.value());
  }

  @Test
  void promise_freeFunction_hasTheDriverAtOnce() {
    assertEquals(Optional.empty(), promise(Optional.of(VFIO)).delay());

    assertEquals(Optional.of("vfio-pci"), driver());
    assertEquals(RESOURCE, lending().of(FIRST).orElseThrow().resource());
  }

  @Test
  void promise_heldFunction_waitsAndIsFulfilledAfterTheRelease() {
    AttachmentKey key = attach(OLD);

    Optional<String> reason = promise(Optional.of(VFIO)).delay();
    assertTrue(reason.orElse("").contains("old"), reason.toString());
    assertEquals(Optional.of("igbvf"), driver());
    end(node.journal().find(key).orElseThrow());
    lending().fulfil(FIRST, NEW);

    assertEquals(Optional.of("vfio-pci"), driver());
  }

  @Test
  void promise_driverThatNobodyHas_isRefusedAndNothingIsPromised() {
    DeviceException refused =
        assertThrows(
            DeviceException.class,
            () ->
                lending().promise(FIRST, Optional.of(new DriverChoice.Named("nothere")), RESOURCE));

    assertTrue(refused.getMessage().contains("nothere"), refused.getMessage());
    assertEquals(Optional.empty(), lending().of(FIRST));
    assertEquals(Optional.of("igbvf"), driver());
  }

  @Test
  void promise_groupWithAnother_isRefusedAndNothingIsPromised() {
    node.sysfs.together(FIRST.value(), SECOND.value());

    assertThrows(DeviceException.class, () -> promise(Optional.of(VFIO)));

    assertEquals(Optional.empty(), lending().of(FIRST));
  }

  @Test
  void end_lastPod_resetsAndGivesTheFormerDriverBack() {
    promise(Optional.of(VFIO));
    AttachmentRecord pod = borrow(OLD);

    assertTrue(end(pod).clean());

    assertEquals(Optional.of("igbvf"), driver());
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
    assertTrue(node.sysfs.log().contains(PATH + "/reset=1"), node.sysfs.log().toString());
  }

  /** Its program may drive it already: a pod of the node's own network has no ADD. */
  @Test
  void end_promisedAgainMeanwhile_leavesItToTheNextPodWhichResetsIt() {
    promise(Optional.of(VFIO));
    AttachmentRecord pod = borrow(OLD);
    promise(Optional.of(VFIO));

    assertTrue(end(pod).clean());
    assertEquals(Optional.of("vfio-pci"), driver());
    assertFalse(node.sysfs.log().contains(PATH + "/reset=1"), node.sysfs.log().toString());

    lending().fulfil(FIRST, NEW);
    assertTrue(node.sysfs.log().contains(PATH + "/reset=1"), node.sysfs.log().toString());
  }

  @Test
  void end_anotherPodHasIt_touchesNothing() {
    promise(Optional.of(VFIO));
    AttachmentRecord late = borrow(OLD);
    borrow(NEW);
    int writes = node.sysfs.log().size();

    assertTrue(end(late).clean());

    assertEquals(Optional.of("vfio-pci"), driver());
    assertEquals(writes, node.sysfs.log().size());
  }

  @Test
  void fulfil_afterAFailedAdd_givesTheDriverAgain() {
    promise(Optional.of(VFIO));
    end(borrow(OLD));
    assertEquals(Optional.of("igbvf"), driver());

    lending().fulfil(FIRST, NEW);

    assertEquals(Optional.of("vfio-pci"), driver());
  }

  @Test
  void loan_afterAKill_isKnownAndEnds() {
    promise(Optional.of(VFIO));
    AttachmentKey key = borrow(OLD).key();
    node.close();
    node.restart(PhaseListener.NONE);

    assertTrue(lending().of(FIRST).isPresent());
    assertTrue(end(node.journal().find(key).orElseThrow()).clean());
    assertEquals(Optional.of("igbvf"), driver());
  }

  @Test
  void bind_lentFunction_isRefusedForEverybodyElse() {
    promise(Optional.of(VFIO));
    borrow(OLD);

    DeviceException refused = refused(FIRST, DEFAULT);

    assertEquals(DeviceException.Kind.IN_USE, refused.kind());
    assertTrue(refused.getMessage().contains("old"), refused.getMessage());
  }

  @Test
  void promise_withoutADriver_changesNothingAndIsKnown() {
    assertFalse(lending().isAnyPromised());

    assertEquals(Optional.empty(), promise(Optional.empty()).delay());

    assertTrue(lending().isAnyPromised());
    assertEquals(List.of(), node.sysfs.log());
    assertTrue(end(borrow(OLD)).clean());
    assertEquals(List.of(), node.sysfs.log());
  }

  @Test
  void cancel_givenDriver_isTakenBack() {
    lending().cancel(promise(Optional.of(VFIO)));

    assertEquals(Optional.of("igbvf"), driver());
    assertEquals("(null)", node.sysfs.text(PATH + "/driver_override"));
    assertEquals(Optional.empty(), lending().of(FIRST));
  }

  /** Else the function of the old pod would keep that pod's driver for ever. */
  @Test
  void cancel_functionOfAPod_leavesThePodsOwnLoan() {
    promise(Optional.of(VFIO));
    AttachmentRecord pod = borrow(OLD);

    lending().cancel(promise(Optional.of(VFIO)));

    assertEquals(Optional.of("vfio-pci"), driver());
    assertTrue(end(pod).clean());
    assertEquals(Optional.of("igbvf"), driver());
  }

  @Test
  void cancel_functionThatWaitsForAPod_changesNothing() {
    attach(OLD);
    int writes = node.sysfs.log().size();

    lending().cancel(promise(Optional.of(VFIO)));

    assertEquals(Optional.empty(), lending().of(FIRST));
    assertEquals(writes, node.sysfs.log().size());
  }

  @Test
  void cancel_promiseWithoutADriver_promisesAgainWhatWas() {
    promise(Optional.of(VFIO));
    Optional<Loan> loan = lending().of(FIRST);

    lending().cancel(promise(Optional.empty()));

    assertEquals(loan, lending().of(FIRST));
    assertEquals(Optional.of("vfio-pci"), driver());
  }

  @Test
  void cancel_functionThatHasTheDriverOfItsOwn_leavesIt() {
    node.functions().bind(FIRST, VFIO, false);

    lending().cancel(promise(Optional.of(VFIO)));

    assertEquals(Optional.of("vfio-pci"), driver());
    assertEquals("vfio-pci", node.sysfs.text(PATH + "/driver_override"));
  }

  /** It was bound by configuration, and is a pool's whose selectors know it by that driver. */
  @Test
  void end_functionThatHadTheDriverOfItsOwn_keepsIt() {
    node.functions().bind(FIRST, VFIO, false);
    promise(Optional.of(VFIO));
    AttachmentRecord first = borrow(OLD);
    promise(Optional.of(VFIO));
    end(first);

    assertTrue(end(borrow(NEW)).clean());

    assertEquals(Optional.of("vfio-pci"), driver());
  }

  @Test
  void end_functionThatHadAnotherDriverForPrograms_getsThatBack() {
    node.functions().bind(FIRST, new DriverChoice.Named("uio_pci_generic"), false);
    promise(Optional.of(VFIO));
    AttachmentRecord first = borrow(OLD);
    promise(Optional.of(VFIO));
    end(first);
    assertEquals(Optional.of("vfio-pci"), driver());

    assertTrue(end(borrow(NEW)).clean());

    assertEquals(Optional.of("uio_pci_generic"), driver());
  }
}
