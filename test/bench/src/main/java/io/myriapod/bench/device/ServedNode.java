package io.myriapod.bench.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.deviceplugin.DevicePlugin;
import io.myriapod.deviceplugin.PoolFiles;
import io.myriapod.deviceplugin.Signal;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.DeviceInformation;
import io.myriapod.deviceplugin.container.Grants;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.kubelet.AllocationOutcome;
import io.myriapod.deviceplugin.kubelet.KubeletFolder;
import io.myriapod.deviceplugin.kubelet.KubeletFront;
import io.myriapod.deviceplugin.kubelet.KubeletListener;
import io.myriapod.deviceplugin.kubelet.KubeletSettings;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.kubelet.Timing;
import io.myriapod.deviceplugin.pool.ContainerAllocation;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.deviceplugin.pool.GroupHealth;
import io.myriapod.deviceplugin.pool.JournalHoldings;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PhaseListener;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.vfio.VirtualFunctions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The device plugin of a node with a fake sysfs, registered at a kubelet's counterpart. */
final class ServedNode implements AutoCloseable {
  static final String RESOURCE = "intel.com/vfs";

  /** The default of the agent's configuration. */
  static final Duration SETTLE = Duration.ofMillis(200);

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration LONGEST_REST = Duration.ofSeconds(5);
  private static final String POOLS =
      "[{\"resourceName\": \"vfs\", \"selectors\": {\"drivers\": [\"iavf\"]}}]";

  private final KubeletSockets sockets = new KubeletSockets();
  private final Journal journal;
  private final FakeKubelet kubelet;
  private final DevicePlugin plugin;

  private static final class Silent implements KubeletListener {
    @Override
    public void allocated(ResourceName resource, AllocationOutcome outcome, Duration took) {}

    @Override
    public void registered(Registration now) {}
  }

  private ServedNode(Path root, Node node, Path sysfs, Discovery discovery) {
    this.journal =
        Journal.open(root.resolve("journal"), node.bootId(), file -> () -> {}, PhaseListener.NONE);
    this.kubelet = FakeKubelet.startWatching(root.resolve("kubelet"));
    Sysfs sys = new Sysfs(sysfs);
    DeviceInformation information =
        new DeviceInformation(sys, new DeviceInfoFiles(root.resolve("devinfo")));
    VirtualFunctions functions =
        new VirtualFunctions(
            node,
            journal,
            new VirtualFunctions.Places(sysfs, root.resolve("dev"), root.resolve("run")),
            new ReentrantLock());
    DevicePools pools =
        new DevicePools(
            discovery,
            new DeviceTraits(sys, card -> Optional.empty()),
            () -> JournalHoldings.of(journal.all(), journal.devices().all(), node.bootId()),
            GroupHealth.in(sys)::ailing,
            new ContainerAllocation(
                sys,
                functions.lending(),
                new Grants(sys, root.resolve("dev")),
                Optional.empty(),
                information));
    this.plugin =
        new DevicePlugin(
            node,
            pools,
            new KubeletFront(
                sockets,
                new KubeletSettings(
                    new KubeletFolder(root.resolve("kubelet")), Optional.empty(), Timing.USUAL),
                new Silent()),
            new PoolFiles(Optional.empty(), information),
            new Signal(SETTLE, Duration.ofSeconds(1)));
  }

  /** Starts it and waits until the kubelet knows so many devices. */
  static ServedNode start(Path root, Node node, Path sysfs, Discovery discovery, int devices) {
    ServedNode served = new ServedNode(root, node, sysfs, discovery);
    try {
      served.plugin.start(pools());
      served.awaitDevices(all -> all.size() == devices && all.stream().allMatch(Device::isHealthy));
      return served;
    } catch (RuntimeException e) {
      served.close();
      throw e;
    }
  }

  static List<PoolConfig> pools() {
    try {
      return new PoolListReader("intel.com")
          .read(new ObjectMapper().readTree(POOLS), "resourceList")
          .pools();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitDevices(Predicate<List<Device>> wanted) {
    try {
      kubelet.awaitDevices(RESOURCE, wanted, LONG);
    } catch (AssertionError e) {
      throw new BrokenRowException(e.getMessage(), e);
    }
  }

  /** Lets the plugin sleep off its last look: it rests for up to five seconds. */
  void rest() {
    try {
      Thread.sleep(LONGEST_REST.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokenRowException("rest: interrupted");
    }
  }

  /** Where the plugin serves the resource. */
  Path socket() {
    return kubelet.folder().pluginsRegistry().resolve("intel.com_vfs.sock");
  }

  KubeletSockets sockets() {
    return sockets;
  }

  @Override
  public void close() {
    plugin.close();
    kubelet.close();
    sockets.close();
    journal.close();
  }
}
