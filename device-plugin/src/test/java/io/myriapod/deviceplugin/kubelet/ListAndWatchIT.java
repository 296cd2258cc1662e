package io.myriapod.deviceplugin.kubelet;

import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.LONG;
import static io.myriapod.deviceplugin.kubelet.NodeUnderTest.RESOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.myriapod.deviceplugin.kubelet.Registration.State;
import io.myriapod.deviceplugin.pool.OfferedDevice;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.RawClient;
import io.myriapod.fixtures.grpc.UnixSockets;
import io.myriapod.fixtures.grpc.WireMessage;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.DeviceUpdate;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of devices on its way to those who listen. */
class ListAndWatchIT {
  private static final String LIST_AND_WATCH = "v1beta1.DevicePlugin/ListAndWatch";

  @TempDir Path root;

  @Test
  void list_ofAnyDevices_tellsHealthAndNumaNode() {
    FakePool pool =
        new FakePool(
            FakePool.RESOURCE,
            false,
            List.of(
                FakePool.device(0),
                FakePool.ill(1),
                new OfferedDevice(FakePool.id(2), Optional.empty(), "card", Optional.empty())));
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(pool);

      assertEquals(
          List.of(
              new Device("0000:3b:02.0", "Healthy", Optional.of(List.of(0L))),
              new Device("0000:3b:02.1", "Unhealthy", Optional.of(List.of(0L))),
              new Device("0000:3b:02.2", "Healthy", Optional.empty())),
          kubelet.awaitDevices(RESOURCE, devices -> devices.size() == 3, LONG));
    }
  }

  @Test
  void list_emptyPool_isServedAndSaysSo() {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      node.start(FakePool.of(0));

      node.awaitState(State.REGISTERED);
      kubelet.awaitUpdate(RESOURCE, update -> update.devices().isEmpty(), LONG);
    }
  }

  @Test
  void changed_otherListsAndTheSame_sendsThoseThatDiffer() {
    FakePool pool = FakePool.of(2);
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(pool);
      node.awaitHealthy(kubelet, 2);

      front.changed(FakePool.RESOURCE);
      front.changed(FakePool.RESOURCE);
      pool.offer(List.of(FakePool.device(0), FakePool.ill(1)));
      front.changed(FakePool.RESOURCE);
      kubelet.awaitDevices(RESOURCE, devices -> !devices.get(1).isHealthy(), LONG);
      front.changed(FakePool.RESOURCE);
      pool.offer(FakePool.devices(3));
      front.changed(FakePool.RESOURCE);
      node.awaitHealthy(kubelet, 3);

      assertEquals(
          List.of("Healthy Healthy", "Healthy Unhealthy", "Healthy Healthy Healthy"),
          kubelet.history(RESOURCE).stream().map(ListAndWatchIT::health).toList());
    }
  }

  private static String health(DeviceUpdate update) {
    return String.join(" ", update.devices().stream().map(Device::health).toList());
  }

  @Test
  void changed_poolCannotTell_keepsTheListThatItHad() {
    AtomicBoolean broken = new AtomicBoolean();
    FakePool pool =
        new FakePool(FakePool.RESOURCE, false, FakePool.devices(4)) {
          @Override
          public List<OfferedDevice> devices() {
            if (broken.get()) {
              throw new IllegalStateException("sysfs is gone");
            }
            return super.devices();
          }
        };
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        NodeUnderTest node = new NodeUnderTest(root)) {
      KubeletFront front = node.start(pool);
      node.awaitHealthy(kubelet, 4);

      broken.set(true);
      front.changed(FakePool.RESOURCE);
      kubelet.crash();
      node.awaitState(State.WAITING);
      kubelet.start();
      node.awaitHealthy(kubelet, 4);
      broken.set(false);
      pool.offer(FakePool.devices(5));
      front.changed(FakePool.RESOURCE);

      node.awaitHealthy(kubelet, 5);
    }
  }

  @Test
  void changed_consumerDoesNotRead_getsFewListsAndThenTheLast() throws Exception {
    int changes = 300;
    FakePool pool = FakePool.of(0);
    CountDownLatch mayRead = new CountDownLatch(1);
    LinkedBlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = watched()) {
      KubeletFront front = node.start(pool);
      RawClient client = raw.client(socket());
      client.stream(
          LIST_AND_WATCH,
          new byte[0],
          message -> {
            sizes.add(sizeOf(message));
            await(mayRead);
          },
          status -> {});
      Waiting.until(LONG, "the first list", () -> sizes.size() == 1);
      for (int i = 1; i <= changes; i++) {
        pool.offer(FakePool.devices(200 + i)); // 10 KB and more, of a window of 1 MiB
        front.changed(FakePool.RESOURCE);
        int size = 200 + i;
        Waiting.until(LONG, "it is read", () -> pool.lastRead() == size);
      }
      mayRead.countDown();

      Waiting.until(LONG, "the last list", () -> sizes.contains(200 + changes));
      assertTrue(sizes.size() < changes, "lists that waited: " + sizes.size());
      client.close();
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
  void changed_stormWhileStreamsComeAndGo_lastListArrivesAtEach() throws Exception {
    FakePool pool = FakePool.of(1);
    try (UnixSockets raw = new UnixSockets();
        NodeUnderTest node = watched()) {
      KubeletFront front = node.start(pool);
      List<LinkedBlockingQueue<Integer>> kept = new ArrayList<>();
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> storm = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int seed = i;
        Thread thread =
            new Thread(
                () -> {
                  for (int n = 0; !over.get(); n++) {
                    pool.offer(FakePool.devices(1 + (n * 3 + seed) % 50));
                    front.changed(FakePool.RESOURCE);
                  }
                });
        thread.start();
        storm.add(thread);
      }
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        RawClient client = raw.client(socket());
        LinkedBlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        Runnable end =
            client.stream(
                LIST_AND_WATCH, new byte[0], list -> sizes.add(sizeOf(list)), status -> {});
        Waiting.until(LONG, "a list", () -> !sizes.isEmpty());
        if (i % 4 == 0) {
          kept.add(sizes);
          clients.add(client);
        } else if (i % 2 == 0) {
          end.run();
          client.close();
        } else {
          client.close();
        }
      }
      over.set(true);
      for (Thread thread : storm) {
        thread.join();
      }
      pool.offer(FakePool.devices(77));
      front.changed(FakePool.RESOURCE);

      for (LinkedBlockingQueue<Integer> sizes : kept) {
        Waiting.until(LONG, "the last list", () -> sizes.contains(77));
      }
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void listAndWatch_openedAHundredTimes_refusesSomeAndServesOn() throws Exception {
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root);
        UnixSockets raw = new UnixSockets();
        NodeUnderTest node = new NodeUnderTest(root)) {
      FakePool pool = FakePool.of(2);
      KubeletFront front = node.start(pool);
      node.awaitHealthy(kubelet, 2);
      LinkedBlockingQueue<Status> ends = new LinkedBlockingQueue<>();
      RawClient client =
          raw.client(kubelet.folder().pluginsRegistry().resolve("intel.com_vf.sock"));
      for (int i = 0; i < 100; i++) {
        client.stream(LIST_AND_WATCH, new byte[0], list -> {}, ends::add);
      }

      Waiting.until(LONG, "refusals", () -> ends.size() == 100 - ListStreams.MOST_STREAMS + 1);
      assertEquals(
          "RESOURCE_EXHAUSTED: list the devices of intel.com/vf: 32 streams are open already",
          ends.peek().getCode() + ": " + ends.peek().getDescription());
      pool.offer(FakePool.devices(3));
      front.changed(FakePool.RESOURCE);
      node.awaitHealthy(kubelet, 3);
      client.close();
    }
  }

  /** A node that serves in watcher mode without a kubelet. */
  private NodeUnderTest watched() throws Exception {
    Files.createDirectories(new KubeletFolder(root).pluginsRegistry());
    return new NodeUnderTest(root);
  }

  private Path socket() {
    return new KubeletFolder(root).pluginsRegistry().resolve("intel.com_vf.sock");
  }

  private static int sizeOf(byte[] list) {
    return WireMessage.parse(list).contents(1).size();
  }
}
