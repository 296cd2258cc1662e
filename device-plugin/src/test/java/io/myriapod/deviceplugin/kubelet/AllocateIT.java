package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.RESOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.Reply;
import io.myriapod.fixtures.grpc.WireMessage;
import io.myriapod.fixtures.grpc.WireWriter;
import io.myriapod.fixtures.kubelet.AllocationRefused;
import io.myriapod.fixtures.kubelet.ContainerAnswer;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.kubelet.Preference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices for containers, and clear words where there are none. */
class AllocateIT {
  private static final Pod POD = Pod.of("default", "trader");
  private static final String SERVICE = "v1beta1.DevicePlugin/";

  @TempDir Path root;
  private final FakePool pool = FakePool.of(4);
  private FakeKubelet kubelet;
  private NodeUnderTest node;

  @BeforeEach
  void register() {
    kubelet = FakeKubelet.startWatching(root);
    node = new NodeUnderTest(root);
    node.start(pool);
    node.awaitHealthy(kubelet, 4);
  }

  @AfterEach
  void close() {
    node.close();
    kubelet.close();
  }

  @Test
  void allocate_devices_tellsAllThatTheContainerGets() {
    ContainerAnswer answer = kubelet.allocate(POD, "app", RESOURCE, 2).answer();

    assertEquals(Map.of("PCIDEVICE", "0000:3b:02.0,0000:3b:02.1"), answer.envs());
    assertEquals(List.of(), answer.mounts());
    assertEquals(
        List.of(new ContainerAnswer.DeviceNode("/dev/vfio/7", "/dev/vfio/noiommu-7", "rw")),
        answer.devices());
    assertEquals(Map.of("note", "text"), answer.annotations());
    assertEquals(List.of("intel.com/net=one"), answer.cdiDevices());
  }

  @Test
  void allocate_severalContainers_answersEach() {
    Reply reply =
        call(
            "Allocate",
            new WireWriter()
                .message(1, new WireWriter().strings(1, List.of("0000:3b:02.0")))
                .message(1, new WireWriter().strings(1, List.of("0000:3b:02.1"))));

    assertEquals(2, WireMessage.parse(reply.orThrow()).messages(1).size());
    assertEquals(List.of(List.of(FakePool.id(0)), List.of(FakePool.id(1))), pool.allocated());
  }

  @Test
  void allocate_nonsense_isRefusedWithWordsAndTakesNothing() {
    refuses("allocate no device of intel.com/vf: the request is empty", new WireWriter());
    refuses("allocate no device of intel.com/vf: the request is empty", request());
    refuses("allocate ffff:3b:02.0: intel.com/vf has no such device", request("ffff:3b:02.0"));
    refuses(
        "allocate 0000:3b:02.0, 0000:3b:02.0 of intel.com/vf: the request names 0000:3b:02.0 twice",
        request("0000:3b:02.0", "0000:3b:02.0"));
    refuses(
        "allocate \"a/../b\" of intel.com/vf: \"a/../b\" is no id of a device", request("a/../b"));
    refuses("allocate \"\" of intel.com/vf: \"\" is no id of a device", request(""));
    refuses(
        "allocate 0000:3b:02.0, 0000:3b:02.0 of intel.com/vf:"
            + " the request names 0000:3b:02.0 for two containers",
        request("0000:3b:02.0").message(1, new WireWriter().strings(1, List.of("0000:3b:02.0"))));
    String[] many = Collections.nCopies(10_000, "0000:3b:02.0").toArray(String[]::new);
    refuses(
        "allocate "
            + "0000:3b:02.0, ".repeat(7)
            + "0000:3b:02.0 and 9992 more of intel.com/vf:"
            + " the request names 10000 devices, there are 4",
        request(many));

    assertEquals(List.of(), pool.allocated());
    node.awaitOutcomes(
        Collections.nCopies(8, AllocationOutcome.INVALID).toArray(AllocationOutcome[]::new));
    assertEquals(2, kubelet.allocate(POD, "app", RESOURCE, 2).deviceIds().size());
  }

  private void refuses(String message, WireWriter request) {
    assertEquals(
        new Reply.Refusal(Status.Code.INVALID_ARGUMENT, message), call("Allocate", request));
  }

  private static WireWriter request(String... ids) {
    return new WireWriter().message(1, new WireWriter().strings(1, Arrays.asList(ids)));
  }

  private Reply call(String method, WireWriter request) {
    return kubelet.call(
        kubelet.folder().pluginsRegistry().resolve("intel.com_vf.sock"),
        SERVICE + method,
        request.bytes());
  }

  @Test
  void allocate_deviceThatIsIll_failsThePreconditionWithThePoolsWords() {
    pool.offer(List.of(FakePool.device(0), FakePool.ill(1)));

    AllocationRefused refused =
        assertThrows(
            AllocationRefused.class,
            () -> kubelet.allocateThese(POD, "app", RESOURCE, "0000:3b:02.1"));

    assertEquals(
        new Reply.Refusal(
            Status.Code.FAILED_PRECONDITION, "allocate 0000:3b:02.1: it is ill: no carrier"),
        refused.byPlugin().orElseThrow());
    node.awaitOutcomes(AllocationOutcome.NOT_READY);
  }

  @Test
  void allocate_poolBreaks_saysSoAndServesOn() {
    pool.onAllocate(
        ids -> {
          throw new IllegalStateException("line one\nline two" + "x".repeat(5000));
        });

    Reply.Refusal refusal = (Reply.Refusal) call("Allocate", request("0000:3b:02.0"));

    assertEquals(Status.Code.INTERNAL, refusal.code());
    assertTrue(
        refusal
            .description()
            .startsWith(
                "allocate 0000:3b:02.0 of intel.com/vf: unexpected IllegalStateException:"
                    + " line one?line twoxx"),
        refusal.description());
    assertTrue(refusal.description().length() <= 2001, "" + refusal.description().length());
    node.awaitOutcomes(AllocationOutcome.BROKEN);
    pool.onAllocate(ids -> {});
    assertEquals(1, kubelet.allocate(POD, "app", RESOURCE, 1).deviceIds().size());
  }

  @Test
  void allocate_poolThrowsAnError_servesOn() {
    pool.onAllocate(
        ids -> {
          throw new StackOverflowError();
        });
    assertTrue(call("Allocate", request("0000:3b:02.0")) instanceof Reply.Refusal);
    pool.onAllocate(ids -> {});

    assertEquals(1, kubelet.allocate(POD, "app", RESOURCE, 1).deviceIds().size());
  }

  @Test
  void allocate_manyAtOnce_answersAll() throws Exception {
    List<Thread> callers = new ArrayList<>();
    List<Reply> replies = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 16; i++) {
      WireWriter request = request(FakePool.id(i % 4).value());
      Thread caller = new Thread(() -> replies.add(call("Allocate", request)));
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertEquals(16, replies.stream().filter(one -> one instanceof Reply.Message).count());
  }

  @Test
  void preferred_packed_isAskedForAndFollowed() {
    kubelet.allocateReusing(POD, "app", RESOURCE, 2, List.of("0000:3b:02.3"));

    Preference preference = kubelet.preferences().get(0);
    assertEquals(List.of("0000:3b:02.3"), preference.mustInclude());
    assertEquals(List.of("0000:3b:02.3", "0000:3b:02.0"), preference.preferred());
  }

  @Test
  void preferred_nonsense_isRefusedWithWords() {
    WireWriter request =
        new WireWriter()
            .message(1, new WireWriter().strings(1, List.of("0000:3b:02.0")).number(3, 7));

    assertEquals(
        new Reply.Refusal(
            Status.Code.INVALID_ARGUMENT,
            "choose devices of intel.com/vf: the request wants 7 of 1 devices"),
        call("GetPreferredAllocation", request));
  }

  @Test
  void preStart_poolDoesNotNeedIt_isNotCalled() {
    kubelet.allocate(POD, "app", RESOURCE, 1);

    assertFalse(kubelet.preStart(POD, "app", RESOURCE));
  }

  @Test
  void preStart_deviceHasFallenIll_stopsTheContainer() {
    FakePool careful = new FakePool(FakePool.RESOURCE, true, FakePool.devices(4));
    node.front().setPools(List.of(careful));
    Waiting.until(LONG, "asks to be called", () -> preStarted("first"));

    kubelet.allocate(POD, "second", RESOURCE, 1);
    careful.offer(Stream.of(0, 1, 2, 3).map(FakePool::ill).toList());

    AllocationRefused refused =
        assertThrows(AllocationRefused.class, () -> kubelet.preStart(POD, "second", RESOURCE));
    assertEquals(
        new Reply.Refusal(
            Status.Code.FAILED_PRECONDITION, "allocate 0000:3b:02.1: it is ill: no carrier"),
        refused.byPlugin().orElseThrow());
  }

  /** Whether the kubelet has read that this pool wants to be called. */
  private boolean preStarted(String container) {
    try {
      kubelet.allocate(POD, container, RESOURCE, 1);
      return kubelet.preStart(POD, container, RESOURCE);
    } catch (AllocationRefused e) {
      return false; // it connects anew just now
    }
  }
}
