package io.myriapod.kubernetes.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.GetGate;
import io.myriapod.fixtures.kubelet.OfferedPool;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client and a kubelet with its limits, restarts and checkpoint. */
class KubeletOfANodeTest {
  private static final String RESOURCE = "intel.com/vf";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Pod WEB = Pod.of("apps", "web");

  @TempDir Path folder;
  private FakeKubelet kubelet;
  private OfferedPool pool;
  private KubeletSockets sockets;
  private KubeletPodResources resources;

  @BeforeEach
  void open() {
    kubelet = FakeKubelet.start(folder);
    pool = OfferedPool.of(kubelet, RESOURCE, "a0", "a1", "a2", "a3");
    kubelet.allocateThese(WEB, "side", RESOURCE, "a3", "a1");
    kubelet.allocateThese(WEB, "app", RESOURCE, "a0");
    sockets = new KubeletSockets();
    resources = new KubeletPodResources(folder, () -> sockets, LONG);
  }

  @AfterEach
  void close() {
    resources.close();
    sockets.close();
    pool.close();
    kubelet.close();
  }

  private void patience(Duration patience) {
    resources.close();
    resources = new KubeletPodResources(folder, () -> sockets, patience);
  }

  private static PodRef ref(Pod pod) {
    return new PodRef(pod.namespace(), pod.name(), Optional.of(pod.uid()));
  }

  private DeviceGrants grants(Pod pod) {
    return resources.of(Optional.of(ref(pod))).orElseThrow();
  }

  private static Share share(String container, String... ids) {
    return Share.of(container, RESOURCE, List.of(ids));
  }

  private String refusal() {
    return assertThrows(ClusterException.class, () -> grants(WEB)).getMessage();
  }

  private int calls() {
    return kubelet.calls("Get") + kubelet.calls("List") + kubelet.calls("GetAllocatableResources");
  }

  @ParameterizedTest
  @EnumSource(GetGate.class)
  void of_podOfTwoContainers_hasThemInOrderWhateverTheGateOfGet(GetGate gate) {
    kubelet.gate(gate);

    DeviceGrants grants = grants(WEB);

    assertEquals(List.of(share("side", "a1", "a3"), share("app", "a0")), grants.shares());
    assertEquals(
        Map.of(RESOURCE, DeviceGrants.ids(Set.of("a0", "a1", "a2", "a3"))), grants.pools());
    grants(WEB);
    assertEquals(gate == GetGate.ON ? 2 : 1, kubelet.calls("Get"));
    assertEquals(gate == GetGate.ON ? 0 : 2, kubelet.calls("List"));
  }

  @Test
  void of_manyPodsWhileOneIsAskedFor_shareOneLaterList() throws Exception {
    grants(WEB);
    kubelet.silentForNext(1);
    Asking first = new Asking(WEB);
    Waiting.until(LONG, "the second List", () -> kubelet.calls("List") == 2);
    Pod late = Pod.of("apps", "late");
    kubelet.allocateThese(late, "app", RESOURCE, "a2");
    List<Asking> others = new ArrayList<>(List.of(new Asking(late)));
    for (int i = 0; i < 40; i++) {
      others.add(new Asking(Pod.of("apps", "pod-" + i)));
    }
    Waiting.until(LONG, "others that wait", () -> others.stream().allMatch(Asking::isWaiting));

    first.thread.interrupt();

    assertThrows(ExecutionException.class, first.task::get);
    assertEquals(List.of(share("app", "a2")), others.remove(0).task.get().shares());
    for (Asking other : others) {
      assertEquals(List.of(), other.task.get().shares());
    }
    assertEquals(3, kubelet.calls("List"));
  }

  /** A thread that asks for the pod. */
  private final class Asking {
    final FutureTask<DeviceGrants> task;
    final Thread thread;

    Asking(Pod pod) {
      task = new FutureTask<>(() -> grants(pod));
      thread = new Thread(task);
      thread.setDaemon(true);
      thread.start();
    }

    boolean isWaiting() {
      return thread.getState() == Thread.State.WAITING;
    }
  }

  @Test
  void of_moreThanTheKubeletTakes_isAnsweredAllTheSame() {
    for (int i = 0; i < 20; i++) {
      assertEquals(2, grants(WEB).shares().size());
    }
  }

  @Test
  void of_callsAreRefused_areTriedAgain() {
    kubelet.refuseNext(4);

    assertEquals(2, grants(WEB).shares().size());
    assertEquals(3 + 4, calls());
  }

  @Test
  void of_podThatRunsWithoutDevices_hasNone() {
    Pod plain = Pod.of("apps", "plain");
    kubelet.run(plain, "app");

    assertEquals(List.of(), grants(plain).shares());
    assertEquals(List.of(), grants(Pod.of("apps", "unknown")).shares());
  }

  @Test
  void of_kubeletWasStoppedAndStarted_knowsItsPodsAgain() {
    grants(WEB);
    kubelet.stop();
    kubelet.start();

    assertEquals(List.of(share("side", "a1", "a3"), share("app", "a0")), grants(WEB).shares());
  }

  @Test
  void of_kubeletEndedAndItsSocketStays_isSaidAndTheNextOneIsAsked() {
    grants(WEB);
    kubelet.crash();
    patience(Duration.ofMillis(500));

    String refusal = refusal();

    assertTrue(refusal.startsWith("ask the kubelet by Get: UNAVAILABLE: "), refusal);
    kubelet.start();
    patience(LONG);
    assertEquals(2, grants(WEB).shares().size());
  }

  @Test
  void of_kubeletEndedWithItsSocket_checkpointHasTheSameWithContainersByName() {
    kubelet.stop();

    DeviceGrants grants = grants(WEB);

    assertEquals(List.of(share("app", "a0"), share("side", "a1", "a3")), grants.shares());
    assertTrue(
        grants.pools().get(RESOURCE).containsAll(DeviceGrants.ids(Set.of("a0", "a1", "a3"))),
        grants.pools().toString());
    assertEquals(0, calls());
  }

  @Test
  void of_checkpointIsBroken_isSaidAndIsNotNoDevices() throws IOException {
    kubelet.stop();
    Path checkpoint = kubelet.folder().checkpoint();
    try (FileChannel file = FileChannel.open(checkpoint, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }

    String refusal = refusal();

    assertTrue(refusal.startsWith("read the kubelet's checkpoint " + checkpoint), refusal);
  }

  @Test
  void of_kubeletHangs_isSaidAndTheNextQuestionIsAnswered() {
    grants(WEB);
    kubelet.silentForNext(1);
    patience(Duration.ofMillis(500));

    String refusal = refusal();

    assertTrue(refusal.startsWith("ask the kubelet by Get: DEADLINE_EXCEEDED: "), refusal);
    patience(LONG);
    assertEquals(2, grants(WEB).shares().size());
  }

  @Test
  void of_answerThatIsNone_isSaidAndTheNextQuestionIsAnswered() {
    kubelet.gate(GetGate.ON);
    kubelet.answerNextWith(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});

    String refusal = refusal();

    assertTrue(refusal.startsWith("ask the kubelet by Get: "), refusal);
    assertEquals(2, grants(WEB).shares().size());
  }

  @Test
  void of_answerBeyondTheBound_isNotTaken() {
    kubelet.gate(GetGate.ON);
    kubelet.answerNextWith(new byte[(16 << 20) + 1]);

    assertEquals(2, grants(WEB).shares().size());
    assertEquals(2, kubelet.calls("Get"));
  }
}
