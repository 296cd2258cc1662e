package io.myriapod.bench.device;

import io.grpc.ManagedChannel;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.report.Samples;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.kubelet.deviceplugin.AllocateRequest;
import io.myriapod.kubelet.deviceplugin.ContainerAllocateRequest;
import io.myriapod.kubelet.deviceplugin.DevicePluginGrpc;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.IpPrefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the device plugin costs: a look at the node, an allocation, news for the kubelet. */
public final class DeviceRows {
  private static final Goal LOOK = new Goal.AtMost(300, "ms");
  private static final Goal ALLOCATE = new Goal.AtMost(2, "ms");
  private static final Goal NEWS = new Goal.AtMost(50, "ms");
  private static final Goal MEMORY = new Goal.AtMost(10, "MiB");
  private static final int WARM_UP = 1_000;
  private static final int LOOKS = 40;
  private static final double MEBI = 1024 * 1024;

  private final Path root;
  private final int times;
  private final CardTree tree;

  private DeviceRows(Path root, int times) {
    this.root = root;
    this.times = times;
    this.tree = CardTree.full(root.resolve("sys"));
  }

  /**
   * The rows.
   *
   * @param root a folder of their own
   * @param times how often each is measured
   */
  public static List<Row> measure(Path root, int times) {
    DeviceRows rows = new DeviceRows(root, times);
    try {
      rows.tree.write();
      List<Row> all = new ArrayList<>(rows.looks());
      all.add(rows.memory());
      all.add(rows.allocations());
      all.add(rows.news("news at the kubelet, after settling", rows.small(), times, NEWS));
      all.add(
          rows.news(
              "the same of 1,032 devices", rows.tree, Math.max(3, times / 5), new Goal.None()));
      return all;
    } catch (BrokenRowException e) {
      return List.of(Row.broken("device plugin", LOOK, e.getMessage()));
    }
  }

  private CardTree small() {
    CardTree small = new CardTree(root.resolve("small"), 1, 2);
    small.write();
    return small;
  }

  private List<Row> looks() {
    List<Double> cold = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    Path archive = root.resolve("classes.jsa");
    FirstLook.train(tree.root(), archive);
    for (int time = 0; time < Math.max(3, times / 3); time++) {
      List<Double> looks = FirstLook.in(tree.root(), archive, LOOKS);
      cold.add(looks.get(0));
      warm.addAll(looks.subList(LOOKS / 2, LOOKS));
    }
    return List.of(
        Row.of("look at 1,032 devices, first of a JVM", new Samples(cold), Samples.none(), LOOK),
        Row.of("look at 1,032 devices, warm", new Samples(warm), Samples.none(), LOOK));
  }

  /** Of the heap, while nothing but the pools keeps the devices. */
  private Row memory() {
    Discovery discovery = tree.discovery();
    DevicePools pools =
        new DevicePools(
            discovery,
            new DeviceTraits(new Sysfs(tree.root()), card -> Optional.empty()),
            () -> Holdings.NONE,
            device -> Optional.empty(),
            new NoAllocation());
    double before = used();
    pools.configure(ServedNode.pools());
    double after = used();
    int devices = pools.inventory().entries().size();
    if (devices != tree.devices()) {
      throw new BrokenRowException("the pools know %d devices".formatted(devices));
    }
    return Row.of(
        "memory of 1,032 devices, MiB",
        new Samples(List.of(Math.max(0, after - before))),
        Samples.none(),
        MEMORY);
  }

  private static double used() {
    Runtime runtime = Runtime.getRuntime();
    for (int round = 0; round < 3; round++) {
      System.gc();
    }
    return (runtime.totalMemory() - runtime.freeMemory()) / MEBI;
  }

  private Row allocations() {
    Node node = Node.local();
    List<Double> samples = new ArrayList<>();
    int devices = tree.devices() - tree.cards();
    try (ServedNode served =
        ServedNode.start(root.resolve("allocate"), node, tree.root(), tree.discovery(), devices)) {
      ManagedChannel channel = served.sockets().channel(served.socket());
      DevicePluginGrpc.DevicePluginBlockingStub kubelet = DevicePluginGrpc.newBlockingStub(channel);
      for (int call = 0; call < WARM_UP + times * 10; call++) {
        AllocateRequest request = request(CardTree.virtual(call % 8, call % 128));
        long begun = System.nanoTime();
        int containers = kubelet.allocate(request).getContainerResponsesCount();
        double millis = (System.nanoTime() - begun) / 1e6;
        if (containers != 1) {
          throw new BrokenRowException("Allocate answered %d containers".formatted(containers));
        }
        if (call >= WARM_UP) {
          samples.add(millis);
        }
      }
      channel.shutdownNow();
    }
    return Row.of(
        "Allocate, one of 1,024 VFs, over the socket",
        new Samples(samples),
        Samples.none(),
        ALLOCATE);
  }

  private static AllocateRequest request(String device) {
    return AllocateRequest.newBuilder()
        .addContainerRequests(ContainerAllocateRequest.newBuilder().addDevicesIds(device))
        .build();
  }

  /** From the change of an interface to the list that the kubelet gets, less the time to settle. */
  private Row news(String name, CardTree cards, int changes, Goal goal) {
    String link = CardTree.linkOf(0, 0);
    List<Double> samples = new ArrayList<>();
    try (Netns netns = Netns.create("devices")) {
      netns.run("ip link add %s type veth peer name far0".formatted(link));
      netns.run("ip link set %s up; ip link set far0 up".formatted(link));
      netns.settle();
      Node node = new Node(Path.of("/"), Optional.of(netns.path()));
      Discovery discovery = Discovery.of(node, new Sysfs(cards.root()));
      Path folder = root.resolve("news" + cards.devices());
      try (ServedNode served =
              ServedNode.start(
                  folder, node, cards.root(), discovery, cards.devices() - cards.cards());
          NetworkNamespace host = node.openHost()) {
        Link changed = host.links().require(link);
        for (int change = 0; change < changes; change++) {
          served.rest();
          samples.add(change(served, host, changed, change % 2 == 1));
        }
      }
    }
    return Row.of(name, new Samples(samples), Samples.none(), goal);
  }

  private static double change(
      ServedNode served, NetworkNamespace host, Link link, boolean healthy) {
    IpPrefix address = IpPrefix.parse("10.1.0.1/24");
    long begun = System.nanoTime();
    if (healthy) {
      host.addresses().delete(link.index(), address);
    } else {
      host.addresses().add(link.index(), address);
    }
    served.awaitDevices(all -> all.stream().allMatch(Device::isHealthy) == healthy);
    return (System.nanoTime() - begun - ServedNode.SETTLE.toNanos()) / 1e6;
  }
}
