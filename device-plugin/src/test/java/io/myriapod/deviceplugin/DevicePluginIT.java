package io.myriapod.deviceplugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.kubelet.Allocation;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.FakeFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an event of the node to the kubelet's list, and from the kubelet to a device. */
@InNamespaces(kinds = "veth")
class DevicePluginIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String CARD = "0000:01:00.0";
  private static final String FIRST = "0000:01:10.0";
  private static final String SECOND = "0000:01:10.2";
  private static final String VFS = PoolText.entry("vfs", "{'drivers': ['igbvf']}");

  @TempDir Path root;
  private final KubeletSockets sockets = new KubeletSockets();
  private FakeNode fake;
  private FakeFunctions functions;
  private FakeKubelet kubelet;
  private DevicePlugin plugin;
  private volatile Holdings holdings = Holdings.NONE;

  private static final class Quiet implements KubeletListener {
    @Override
    public void allocated(ResourceName resource, AllocationOutcome outcome, Duration took) {}

    @Override
    public void registered(Registration now) {}
  }

  @BeforeEach
  void make(Netns node) {
    node.run("ip link add eno1v0 type veth peer name far0");
    node.run("ip link set eno1v0 up; ip link set far0 up");
    fake = new FakeNode(root);
    fake.cards.physical(CARD, "8086", "10c9", "igb", 7).link(CARD, "eno1");
    fake.cards.virtual(CARD, 0, FIRST, "10ca", Optional.of("igbvf")).link(FIRST, "eno1v0");
    fake.cards.virtual(CARD, 1, SECOND, "10ca", Optional.of("igbvf"));
    functions = new FakeFunctions(root, fake.cards.sysfs());
    kubelet = FakeKubelet.startWatching(root.resolve("kubelet"));
  }

  private void plugin(Netns node, boolean real) {
    Node machine = new Node(Path.of("/"), Optional.of(node.path()));
    DeviceInformation information =
        new DeviceInformation(fake.sysfs(), new DeviceInfoFiles(root.resolve("devinfo")));
    DevicePools pools =
        new DevicePools(
            real ? Discovery.of(machine, fake.sysfs()) : fake.discovery(),
            new DeviceTraits(fake.sysfs(), card -> Optional.empty()),
            () -> holdings,
            device -> Optional.empty(),
            new ContainerAllocation(
                fake.sysfs(),
                functions.lending(),
                new Grants(fake.sysfs(), root.resolve("dev")),
                Optional.empty(),
                information));
    KubeletSettings settings =
        new KubeletSettings(
            new KubeletFolder(root.resolve("kubelet")), Optional.empty(), Timing.USUAL);
    plugin =
        new DevicePlugin(
            machine,
            pools,
            new KubeletFront(sockets, settings, new Quiet()),
            new PoolFiles(Optional.empty(), information),
            new Signal(Duration.ofMillis(5), Duration.ofMillis(100)));
  }

  @AfterEach
  void close() {
    plugin.close();
    kubelet.close();
    sockets.close();
    functions.close();
  }

  /** The ids that the kubelet knows of a resource, with a {@code -} before those that are ill. */
  private void awaitDevices(String resource, String... ids) {
    kubelet.awaitDevices(
        "intel.com/" + resource, devices -> shown(devices).equals(List.of(ids)), LONG);
  }

  private static List<String> shown(List<Device> devices) {
    return devices.stream().map(one -> (one.isHealthy() ? "" : "-") + one.id()).toList();
  }

  @Test
  void start_devicesOfTheNode_areTheKubelets(Netns node) {
    plugin(node, true);
    plugin.start(PoolText.pools(VFS));

    awaitDevices("vfs", FIRST, SECOND);
    Allocation allocation = kubelet.allocate(Pod.of("default", "web"), "app", "intel.com/vfs", 2);

    assertEquals(FIRST + "," + SECOND, allocation.answer().envs().get("PCIDEVICE_INTEL_COM_VFS"));
  }

  @Test
  void follow_addressOfTheNode_makesTheDeviceIllAsLongAsItIsThere(Netns node) {
    plugin(node, true);
    plugin.start(PoolText.pools(VFS));
    awaitDevices("vfs", FIRST, SECOND);

    node.run("ip address add 10.1.0.1/24 dev eno1v0");
    awaitDevices("vfs", "-" + FIRST, SECOND);

    node.run("ip address del 10.1.0.1/24 dev eno1v0");
    awaitDevices("vfs", FIRST, SECOND);
    assertEquals(1, plugin.registrations().size());
  }

  @Test
  void stir_whatTheKernelDoesNotTell_isLookedAt(Netns node) {
    plugin(node, true);
    plugin.start(PoolText.pools(VFS));
    awaitDevices("vfs", FIRST, SECOND);

    holdings =
        new Holdings(
            Map.of(new DeviceId(SECOND), new Holder("default/web", Optional.of("EIO"))), Map.of());
    plugin.stir();

    awaitDevices("vfs", FIRST, "-" + SECOND);
    assertEquals(
        Optional.of("could not be cleaned: EIO"),
        plugin.pools().inventory().find(new DeviceId(SECOND)).orElseThrow().obstacle());
  }

  @Test
  void configure_otherPools_areServedAtOnce(Netns node) {
    plugin(node, true);
    plugin.start(PoolText.pools(VFS));
    awaitDevices("vfs", FIRST, SECOND);

    plugin.configure(
        PoolText.pools(
            PoolText.entry("one", "{'pciAddresses': ['0000:01:10.0']}"),
            PoolText.entry("two", "{'pciAddresses': ['0000:01:10.2']}")));

    awaitDevices("one", FIRST);
    awaitDevices("two", SECOND);
    awaitDevices("vfs");
    assertEquals(2, plugin.registrations().size());
  }

  /** Pods outlive the agent, and what is told of their devices with them. */
  @Test
  void start_nodeThatCannotBeLookedAtYet_keepsWhatIsToldOfDevices(Netns node) throws IOException {
    Path kept = information("intel.com-vfs-" + FIRST);
    Path ofPod = information("intel.com-vfs-0000:99:00.0");
    Path old = information("intel.com-vfs-0000:98:00.0");
    holdings =
        new Holdings(
            Map.of(new DeviceId("0000:99:00.0"), new Holder("default/web", Optional.empty())),
            Map.of());
    fake.refuses(Optional.of(new ErrnoException("read links", 105)));
    plugin(node, false);
    plugin.start(PoolText.pools(VFS));
    assertEquals(List.of(), plugin.registrations());
    assertTrue(Files.exists(old));

    fake.refuses(Optional.empty());
    plugin.stir();
    awaitDevices("vfs", FIRST, SECOND);

    assertFalse(Files.exists(old));
    assertTrue(Files.exists(kept));
    assertTrue(Files.exists(ofPod));
  }

  private Path information(String device) throws IOException {
    Files.createDirectories(root.resolve("devinfo/dp"));
    return Files.writeString(root.resolve("devinfo/dp/" + device + "-device.json"), "{}");
  }
}
