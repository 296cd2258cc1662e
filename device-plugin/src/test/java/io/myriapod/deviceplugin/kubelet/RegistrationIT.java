package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.RESOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.kubelet.Registration.State;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.kubelet.RegistrationAttempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationIT {
  private static final Pod POD = Pod.of("default", "trader");

  @TempDir Path root;

  @Test
  void start_kubeletWatches_isFoundAndRegistered() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));

      node.awaitHealthy(kubelet, 4);
      Path socket = kubelet.folder().pluginsRegistry().resolve("intel.com_vf.sock");
      assertEquals(
          new RegistrationAttempt(
              RegistrationAttempt.Way.FOUND,
              RESOURCE,
              socket.toString(),
              List.of("v1beta1"),
              Optional.empty(),
              Optional.empty()),
          kubelet.awaitAttempt(any -> true, Duration.ofSeconds(20)));
      assertEquals(RegistrationMode.WATCHER, node.registration(FakePool.RESOURCE).mode());
    }
  }

  @Test
  void start_kubeletOfOldKind_isCalled() {
    try (FakeKubelet kubelet = FakeKubelet.start(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));

      node.awaitHealthy(kubelet, 4);
      RegistrationAttempt attempt = kubelet.awaitAttempt(any -> true, Duration.ofSeconds(20));
      assertEquals(RegistrationAttempt.Way.CALLED, attempt.way());
      assertEquals("intel.com_vf.sock", attempt.endpoint());
      assertEquals(List.of("v1beta1"), attempt.versions());
      assertTrue(attempt.options().orElseThrow().preferredAllocationAvailable());
      assertFalse(attempt.options().orElseThrow().preStartRequired());
      assertEquals(RegistrationMode.LEGACY, node.registration(FakePool.RESOURCE).mode());
    }
  }

  @Test
  void start_noKubeletYet_waitsForIt() {
    try (NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      assertEquals(State.WAITING, node.registration(FakePool.RESOURCE).state());

      try (FakeKubelet kubelet = FakeKubelet.startWatching(root)) {
        node.awaitHealthy(kubelet, 4);
      }
      node.awaitState(State.WAITING);
    }
  }

  @Test
  void allocate_registered_givesTheDevices() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      FakePool pool = FakePool.of(4);
      node.start(pool);
      node.awaitHealthy(kubelet, 4);

      List<String> ids = kubelet.allocate(POD, "app", RESOURCE, 2).deviceIds();

      assertEquals(List.of("0000:3b:02.0", "0000:3b:02.1"), ids);
      assertEquals(1, pool.allocated().size());
      node.awaitOutcomes(AllocationOutcome.GRANTED);
    }
  }

  @Test
  void kubelet_thatWatchesRestarts_findsItAgainEachTime() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      restartTenTimes(kubelet, node);
    }
  }

  @Test
  void kubelet_ofOldKindRestarts_isCalledAgainEachTime() {
    try (FakeKubelet kubelet = FakeKubelet.start(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(4));
      restartTenTimes(kubelet, node);
    }
  }

  private static void restartTenTimes(FakeKubelet kubelet, NodeUnderTest node) {
    for (int i = 0; i < 10; i++) {
      node.awaitHealthy(kubelet, 4);
      if (i % 2 == 0) {
        kubelet.crash();
      } else {
        kubelet.stop();
      }
      node.awaitState(State.WAITING);
      kubelet.start();
    }
    node.awaitHealthy(kubelet, 4);
    assertEquals(2, kubelet.allocate(POD, "app", RESOURCE, 2).deviceIds().size());
  }

  @Test
  void close_registered_deletesTheSocketAndKeepsTheCount() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root)) {
      try (NodeUnderTest node = new NodeUnderTest(root)) {
        node.start(FakePool.of(4));
        node.awaitHealthy(kubelet, 4);
      }

      assertEquals(List.of(), files(kubelet.folder().pluginsRegistry()));
      kubelet.awaitDevices(
          RESOURCE,
          devices -> devices.size() == 4 && devices.stream().noneMatch(one -> one.isHealthy()),
          LONG);
    }
  }

  private static List<String> files(Path folder) {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
