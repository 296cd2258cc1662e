package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.RESOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.deviceplugin.kubelet.Registration.State;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.RawClient;
import io.myriapod.fixtures.grpc.Reply;
import io.myriapod.fixtures.grpc.UnixSockets;
import io.myriapod.fixtures.grpc.WireMessage;
import io.myriapod.fixtures.grpc.WireWriter;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.DeviceUpdate;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools that come, change and go while the kubelet listens. */
class PoolsIT {
  private static final String ALLOCATE = "v1beta1.DevicePlugin/Allocate";

  @TempDir Path root;

  private Path socket() {
    return new KubeletFolder(root).pluginsRegistry().resolve("intel.com_vf.sock");
  }

  private FakeKubelet kubelet(RegistrationMode mode) {
    return mode == RegistrationMode.WATCHER
        ? FakeKubelet.startWatching(root)
        : FakeKubelet.start(root);
  }

  private List<String> sockets(RegistrationMode mode) throws IOException {
    try (var files = Files.list(new KubeletFolder(root).of(mode))) {
      return files
          .filter(UnixSockets::isSocket)
          .map(one -> one.getFileName().toString())
          .filter(name -> !name.equals("kubelet.sock"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void setPools_someGoAndSomeCome_kubeletCountsWhatIsLeft(RegistrationMode mode)
      throws IOException {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(FakePool.of(4), FakePool.named("old", 3));
      node.awaitHealthy(kubelet, 4);
      kubelet.awaitDevices("intel.com/old", devices -> devices.size() == 3, LONG);

      front.setPools(List.of(FakePool.of(4), FakePool.named("new", 2)));

      kubelet.awaitDevices("intel.com/new", devices -> devices.size() == 2, LONG);
      List<DeviceUpdate> history = kubelet.history("intel.com/old");
      assertEquals(new DeviceUpdate.Received(List.of()), history.get(1));
      assertEquals(List.of(), kubelet.devices("intel.com/old"));
      assertEquals(List.of("intel.com_new.sock", "intel.com_vf.sock"), sockets(mode));
      assertEquals(
          List.of("intel.com/new", "intel.com/vf"),
          front.registrations().stream().map(one -> one.resource().toString()).toList());
      assertEquals(1, kubelet.history(RESOURCE).size(), "the one that stays was not disturbed");
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void setPools_anotherPoolOfTheResource_isAskedAtOnce(RegistrationMode mode) {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);

      FakePool other = FakePool.of(6);
      front.setPools(List.of(other));

      node.awaitHealthy(kubelet, 6);
      kubelet.allocate(Pod.of("default", "trader"), "app", RESOURCE, 1);
      assertEquals(1, other.allocated().size());
      assertEquals(1, kubelet.attempts().size());
    }
  }

  @ParameterizedTest
  @EnumSource(RegistrationMode.class)
  void setPools_poolWithOtherOptions_isAnnouncedAgain(RegistrationMode mode) {
    try (FakeKubelet kubelet = kubelet(mode);
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(FakePool.of(4));
      node.awaitHealthy(kubelet, 4);

      front.setPools(List.of(new FakePool(FakePool.RESOURCE, true, FakePool.devices(5))));

      Waiting.until(LONG, "announced again", () -> kubelet.attempts().size() == 2);
      node.awaitHealthy(kubelet, 5);
      assertEquals(1, kubelet.allocate(Pod.of("a", "b"), "app", RESOURCE, 1).deviceIds().size());
      assertEquals(true, kubelet.preStart(Pod.of("a", "b"), "app", RESOURCE));
    }
  }

  @Test
  void remove_consumerDoesNotRead_endsAllTheSame() throws IOException {
    Files.createDirectories(new KubeletFolder(root).pluginsRegistry());
    CountDownLatch mayRead = new CountDownLatch(1);
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(FakePool.of(4));
      CountDownLatch reads = new CountDownLatch(1);
      RawClient client = raw.client(socket());
      client.stream(
          "v1beta1.DevicePlugin/ListAndWatch",
          new byte[0],
          message -> {
            reads.countDown();
            await(mayRead);
          },
          status -> {});
      await(reads);

      front.remove(FakePool.RESOURCE);

      assertEquals(List.of(), front.registrations());
      assertEquals(List.of(), sockets(RegistrationMode.WATCHER));
      mayRead.countDown();
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void end_whileADeviceIsAllocated_letsTheCallEndFirst(boolean closes) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      FakePool pool = FakePool.of(4);
      pool.onAllocate(
          ids -> {
            entered.countDown();
            await(mayEnd);
          });
      KubeletFront front = node.start(pool);
      node.awaitHealthy(kubelet, 4);
      byte[] request =
          new WireWriter().message(1, new WireWriter().strings(1, List.of("0000:3b:02.0"))).bytes();
      AtomicReference<Reply> reply = new AtomicReference<>();
      Thread caller = new Thread(() -> reply.set(kubelet.call(socket(), ALLOCATE, request)));
      caller.start();
      await(entered);

      Thread ending = new Thread(closes ? front::close : () -> front.remove(FakePool.RESOURCE));
      ending.start();
      Waiting.until(LONG, "it waits", () -> ending.getState() == Thread.State.TIMED_WAITING);
      assertEquals(1, kubelet.history(RESOURCE).size(), "a kubelet whose stream ends hangs up");
      mayEnd.countDown();
      ending.join();
      caller.join();

      assertEquals(1, WireMessage.parse(reply.get().orThrow()).messages(1).size());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void add_manyPools_allAreRegisteredByOneThread() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(
          IntStream.range(0, 40).mapToObj(i -> FakePool.named("pool" + i, i)).toArray(Pool[]::new));

      for (int i = 0; i < 40; i++) {
        int size = i;
        node.awaitState(FakePool.named("pool" + i, 0).resource(), State.REGISTERED);
        kubelet.awaitDevices(
            "intel.com/pool" + i,
            devices -> devices.stream().filter(Device::isHealthy).count() == size,
            LONG);
      }
      assertEquals(
          1,
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("kubelet-watch"))
              .count());
    }
  }

  @Test
  void setPools_twoOfOneResource_areRefusedAndNothingChanges() {
    try (NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(FakePool.of(4));

      assertEquals(
          "two pools are of resource intel.com/vf",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> front.setPools(List.of(FakePool.of(1), FakePool.of(2))))
              .getMessage());
      assertEquals(1, front.registrations().size());
    }
  }

  @Test
  void changed_unknownResource_isNothing() {
    try (NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start();
      front.changed(FakePool.RESOURCE);

      assertEquals(List.of(), front.registrations());
    }
  }

  @Test
  void setPools_closed_isRefused() {
    NodeUnderTest node = new NodeUnderTest(root);
    KubeletFront front = node.start();
    node.close();

    assertThrows(IllegalStateException.class, () -> front.setPools(List.of()));
  }
}
