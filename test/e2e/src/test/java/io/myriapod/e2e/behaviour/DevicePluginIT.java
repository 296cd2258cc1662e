package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.e2e.node.AgentHttp;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.Allocation;
import io.myriapod.fixtures.kubelet.AllocationRefused;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.MetricsPage;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent offers functions of a card to a kubelet, and pods get the very ones that it gave away.
 * Sysfs is a fake, ends of veth pairs are the interfaces; all else is real.
 */
@InNamespaces(kinds = "veth")
class DevicePluginIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String CARD = "0000:01:00.0";
  private static final String FIRST = "0000:01:10.0";
  private static final String SECOND = "0000:01:10.2";
  private static final String VFS = "intel.com/vfs";
  private static final String FREE = "intel.com/free";
  private static final Pod WEB = WebPod.POD;
  private static final String POOL =
      """
      {"resourceName": "%s", "selectors": {"pfNames": ["card0#%s"]}}""";

  @TempDir static Path root;
  private static Netns node;
  private static FakeSysfs sysfs;
  private static FakeKubelet kubelet;
  private static AgentProcess agent;

  @BeforeAll
  static void open() throws IOException {
    node = Netns.create("node");
    node.run("ip link set lo up");
    sysfs = new FakeSysfs(root.resolve("sys")).driver("igbvf", "0x10ca").driver("vfio-pci");
    sysfs.physical(CARD, 7);
    link(CARD, "card0");
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.writeString(
        root.resolve("etc/myriapod/config.yaml"),
        AgentHttp.SECTION + "devicePlugin: {settleMillis: 20}\n");
    pools(POOL.formatted("vfs", "0-6"));
    functions(2);
    kubelet = FakeKubelet.startWatching(root.resolve("var/lib/kubelet"));
    agent = AgentProcess.start(node, root, List.of("-Dmyriapod.sys=" + sysfs.root()));
  }

  @AfterAll
  static void close() {
    agent.close();
    kubelet.close();
    node.close();
  }

  /** Two functions in one pool. */
  @BeforeEach
  void reset() throws IOException {
    pools(POOL.formatted("vfs", "0-6"));
    kubelet.release(WEB);
    awaitDevices(VFS, healthy(FIRST, SECOND));
  }

  private static void functions(int number) {
    sysfs.written("bus/pci/devices/" + CARD + "/sriov_numvfs", Integer.toString(number));
    for (int index = 0; index < number; index++) {
      link("0000:01:10." + 2 * index, "vf" + index);
    }
  }

  /** Fresh functions have fresh interfaces, which the kernel tells of. */
  private static void link(String address, String name) {
    sysfs.directory("bus/pci/devices/%s/net/%s".formatted(address, name));
    node.attempt("ip", "link", "del", name);
    node.run("ip link add %1$s type veth peer name %1$s-wire".formatted(name));
    node.run("ip link set %s-wire up".formatted(name));
  }

  /** What stands in the place of the events of a real driver. */
  private static void stirred() {
    node.run("ip link set card0 down && ip link set card0 up");
  }

  private static void pools(String... entries) throws IOException {
    Path file = root.resolve("etc/pcidp/config.json");
    Files.createDirectories(file.getParent());
    Path fresh = root.resolve("config.json.new");
    Files.writeString(fresh, "{\"resourceList\": [%s]}".formatted(String.join(",", entries)));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<Device> awaitDevices(String resource, Predicate<List<Device>> wanted) {
    return kubelet.awaitDevices(resource, wanted, SOON);
  }

  private static Predicate<List<Device>> healthy(String... ids) {
    return devices ->
        devices.stream().filter(Device::isHealthy).map(Device::id).toList().equals(List.of(ids));
  }

  @Test
  void start_configuredPool_isRegisteredAndItsDevicesAreListed() {
    assertEquals(2, kubelet.devices(VFS).size());
    assertTrue(agent.log().contains("intel.com/vfs: 2 new"), agent.log());
  }

  @Test
  void allocate_device_theContainerGetsItsNameAndWhatItIs() throws IOException {
    Allocation allocation = kubelet.allocate(WEB, "app", VFS, 1);

    String id = allocation.deviceIds().get(0);
    assertEquals(id, allocation.answer().envs().get("PCIDEVICE_INTEL_COM_VFS"));
    Path info =
        root.resolve(
            "var/run/k8s.cni.cncf.io/devinfo/dp/intel.com-vfs-%s-device.json".formatted(id));
    assertEquals(
        CARD,
        new ObjectMapper().readTree(Files.readString(info)).at("/pci/pf-pci-address").asText());
  }

  @Test
  void allocate_unknownDevice_isRefusedAndTheServerStaysUp() {

    AllocationRefused refused =
        assertThrows(
            AllocationRefused.class, () -> kubelet.allocateThese(WEB, "app", VFS, "0000:01:11.6"));

    assertTrue(refused.getMessage().contains("the pool has no such device"), refused.getMessage());
    assertEquals(List.of(SECOND), kubelet.allocateThese(WEB, "app", VFS, SECOND).deviceIds());
  }

  @Test
  void driver_goesAndComesBack_theKubeletLearnsBoth() {
    sysfs.written("bus/pci/drivers/igbvf/unbind", FIRST);
    stirred();
    List<Device> ill = awaitDevices(VFS, healthy(SECOND));
    assertEquals(2, ill.size(), "the device has left the pool");
    assertTrue(agent.log().contains(FIRST + " is unhealthy: it has no driver"), agent.log());

    sysfs.written("bus/pci/drivers_probe", FIRST);
    stirred();
    awaitDevices(VFS, healthy(FIRST, SECOND));
  }

  @Test
  void functions_madeAnewInGreaterNumber_areAllOffered() {
    functions(0);
    functions(4);

    awaitDevices(VFS, healthy(FIRST, SECOND, "0000:01:10.4", "0000:01:10.6"));
    functions(0);
    functions(2);
  }

  @Test
  void address_ofAnInterfaceOnTheNode_takesTheDeviceFromPods() {
    node.run("ip address add 10.9.0.1/24 dev vf0");
    awaitDevices(VFS, healthy(SECOND));

    node.run("ip address flush dev vf0");
    awaitDevices(VFS, healthy(FIRST, SECOND));
  }

  @Test
  void config_isWrittenAnew_poolsFollow() throws IOException {
    pools(POOL.formatted("vfs", "0"), POOL.formatted("others", "1"));

    awaitDevices("intel.com/others", healthy(SECOND));
    awaitDevices(VFS, healthy(FIRST));
    assertTrue(agent.log().contains("intel.com/others"), agent.log());
  }

  @Test
  void config_isBroken_thePoolsStay() throws IOException {
    Files.writeString(root.resolve("etc/pcidp/config.json"), "{\"resourceList\": [");
    Waiting.until(SOON, "the finding", () -> agent.log().contains("the pools stay as they were"));

    assertTrue(healthy(FIRST, SECOND).test(kubelet.devices(VFS)));
    pools(POOL.formatted("vfs", "1"));
    awaitDevices(VFS, healthy(SECOND));
  }

  @Test
  void kubelet_restarts_poolsAreThereAgain() {
    kubelet.stop();
    kubelet.start();

    awaitDevices(VFS, healthy(FIRST, SECOND));
    assertTrue(kubelet.isConnected(VFS));
  }

  @Test
  void add_podWithTwoDevices_networksGetTheVeryDevices() throws IOException {
    pools("{\"resourceName\": \"free\", \"selectors\": {\"drivers\": [\"igbvf\"]}}");
    node.run("ip link del card0"); // nobody can ask the end of a veth pair about functions
    awaitDevices(FREE, healthy(FIRST, SECOND));
    kubelet.allocate(WEB, "app", FREE, 2);
    WebPod.announce(root, FREE, "fast,fast");
    try (Netns netns = Netns.create("web")) {
      Sandbox sandbox = WebPod.sandbox(node, root, netns);

      sandbox.run("ADD");

      String status = Files.readString(root.resolve("var/lib/myriapod/status/shop_web.json"));
      assertTrue(status.contains(FIRST) && status.contains(SECOND), status);
      assertTrue(netns.attempt("ip", "link", "show", "net1").ok());
      assertTrue(netns.attempt("ip", "link", "show", "net2").ok());
      assertTrue(healthy(FIRST, SECOND).test(kubelet.devices(FREE)), "in a pod it is not ill");
      assertTraffic(metrics(), FIRST);
      assertDocumented(metrics());
      kubelet.release(WEB);
      Result deleted = sandbox.attempt("DEL");
      assertTrue(deleted.ok(), deleted.toString());
    }
    assertTrue(node.attempt("ip", "link", "show", "vf0").ok(), "the function is not home");
    link(CARD, "card0");
  }

  /** By the pod that has the function, as its own interface counts. */
  private static void assertTraffic(String page, String device) {
    assertTrue(
        page.lines()
            .filter(line -> line.startsWith("myriapod_device_transmit_packets_total{"))
            .filter(line -> line.contains("device=\"" + device + "\""))
            .filter(line -> line.contains("namespace=\"shop\",pod=\"web\""))
            .anyMatch(line -> line.contains("source=\"interface\"")),
        page);
  }

  private static String metrics() {
    return new AgentHttp(node, root).get("metrics").body();
  }

  /** Nothing lacks but what needs an API server, or a pod that lacks a network. */
  private static void assertDocumented(String page) {
    Set<String> told = MetricsPage.documented();
    told.removeIf(series -> series.startsWith("myriapod_api_"));
    told.remove("myriapod_attachment_differences");
    assertEquals(told, MetricsPage.series(page));
  }

  @Test
  void metrics_ofPools_tellWhatIsThere() throws IOException {
    kubelet.allocate(WEB, "app", VFS, 1);

    String page = metrics();

    assertTrue(page.contains("myriapod_pool_devices{resource=\"intel.com/vfs\"} 2"), page);
    assertTrue(page.contains("myriapod_allocate_seconds_count{resource=\"intel.com/vfs\"} "), page);
  }
}
