package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.Allocation;
import io.myriapod.fixtures.kubelet.AllocationRefused;
import io.myriapod.fixtures.kubelet.ContainerAnswer.DeviceNode;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.fixtures.node.RunningCall;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Functions that the agent offers to a kubelet, and pods that it gives them to. */
@InNamespaces(kinds = "veth")
@ExtendWith(LabNode.class)
class DevicePluginLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String KERNEL = "intel.com/kernel";
  private static final String DEMAND = "intel.com/demand";
  private static final String MORE = "intel.com/more";
  private static final String VFIO = "vfio-pci";

  /** Which functions of the card, and what else. */
  private static final String POOL =
      """
      {"resourceName": "%s", "selectors": {"rootDevices": ["0000:01:00.0#%s"]} %s}""";

  private static final String KERNELS = POOL.formatted("kernel", "0-1", "");

  private static final String NODES_OWN =
      """
      {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "delegates": [
        {"cniVersion": "1.0.0", "name": "pods", "plugins": [
          {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.85.0.0/24"}}]}]}
      """;

  private static final String NETWORK =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata:
        name: demand
        namespace: lab
        annotations: {k8s.v1.cni.cncf.io/resourceName: intel.com/demand}
      spec: {config: '{"cniVersion": "1.0.0", "name": "demand", "type": "sriov"}'}
      ---
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: %1$s
        namespace: lab
        uid: uid-%1$s
        annotations: {k8s.v1.cni.cncf.io/networks: "%2$s"}
      ---
      """;

  private static final Pod FIRST = pod("first");
  private static final Pod SECOND = pod("second");
  private static final Pod THIRD = pod("third");

  @TempDir private static Path root;
  private static FakeKubelet kubelet;
  private static AgentProcess agent;

  private static Pod pod(String name) {
    return new Pod("lab", name, "uid-" + name);
  }

  @BeforeAll
  static void open() throws IOException {
    Nic.FIRST.createVfs(4).forEach(PciFunction::awaitLink);
    write("etc/myriapod/config.yaml", "devicePlugin: {settleMillis: 20}\n");
    write(
        "etc/myriapod/cluster/lab.yaml",
        NETWORK
            + POD.formatted("first", "demand")
            + POD.formatted("second", "demand")
            + POD.formatted("third", ""));
    pools(List.of(KERNELS));
    kubelet = FakeKubelet.startWatching(root.resolve("var/lib/kubelet"));
    CompletableFuture<?> loaded = CompletableFuture.runAsync(DevicePluginLab::loadKubelet);
    agent = start();
    loaded.join();
  }

  /** Its gRPC takes as long as an agent takes to start. */
  private static void loadKubelet() {
    kubelet.call(
        kubelet.folder().registrationSocket(), "v1beta1.Registration/Register", new byte[0]);
  }

  private static AgentProcess start() {
    return AgentProcess.startHere(root, List.of(HeldPoint.options(root)));
  }

  @AfterAll
  static void close() {
    agent.close();
    kubelet.close();
  }

  @BeforeEach
  void begin() throws IOException {
    pools(List.of(KERNELS));
    awaitHealthy(KERNEL, function(0), function(1));
  }

  private static PciFunction function(int index) {
    return Nic.FIRST.vfs().get(index);
  }

  private static void pools(List<String> entries) throws IOException {
    String list = "{\"resourceList\": [%s]}".formatted(String.join(",", entries));
    Path file = root.resolve("etc/pcidp/config.json");
    if (!Files.exists(file) || !Files.readString(file).equals(list)) {
      write("etc/pcidp/new.json", list);
      Files.move(file.resolveSibling("new.json"), file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void pools(String further) throws IOException {
    pools(List.of(KERNELS, further));
  }

  private static void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static void awaitHealthy(String resource, PciFunction... functions) {
    Set<String> wanted =
        Set.of(functions).stream().map(PciFunction::address).collect(Collectors.toSet());
    kubelet.awaitDevices(
        resource,
        devices ->
            devices.stream()
                .filter(Device::isHealthy)
                .map(Device::id)
                .collect(Collectors.toSet())
                .equals(wanted),
        SOON);
  }

  private static Sandbox sandbox(Pod pod, Netns netns) {
    return Sandbox.here(
        root, NODES_OWN, netns, new PodName(pod.namespace(), pod.name(), pod.uid()));
  }

  /** As a kubelet does: tries again when it is told to. */
  private static Sandbox added(Sandbox sandbox) {
    return sandbox.after(
        Waiting.untilPresent(
            SOON,
            "an ADD",
            () -> {
              Result result = sandbox.attempt("ADD");
              assertTrue(result.ok() || result.out().contains("\"code\":11"), result.out());
              return Optional.of(result).filter(Result::ok);
            }));
  }

  @Test
  void driver_goesAndComesBack_theKubeletLearnsBoth() {
    function(0).write("driver/unbind", function(0).address());
    awaitHealthy(KERNEL, function(1));
    assertEquals(2, kubelet.devices(KERNEL).size(), "the device has left the pool");

    function(0).bind("igbvf");
    awaitHealthy(KERNEL, function(0), function(1));
  }

  @Test
  void functions_madeAnewInGreaterNumber_areOfferedByWhatTheConfigurationSaysThen()
      throws IOException {
    pools(POOL.formatted("more", "3-5", ""));

    Nic.FIRST.createVfs(6);

    awaitHealthy(MORE, function(3), function(4), function(5));
    awaitHealthy(KERNEL, function(0), function(1));
  }

  /**
   * The kubelet frees the devices of a pod before the runtime deletes it: each of these pods has
   * the function while the next one is given it.
   */
  @Test
  void driverOnDemand_podsBeforeAreLate_eachHasTheFunctionInItsTurn(
      Netns first, Netns second, Netns third) throws IOException {
    PciFunction function = function(3);
    function.awaitLink();
    List<DeviceNode> files = function.vfioFiles();
    pools(POOL.formatted("demand", "3", ""));
    awaitHealthy(DEMAND, function);
    kubelet.allocate(FIRST, "app", DEMAND, 1);
    Sandbox kernels = added(sandbox(FIRST, first));
    assertEquals(function.address(), first.link("net1").path("parentdev").asText());
    wantDriver(function);

    assertEquals(files, handed(FIRST, SECOND).answer().devices());
    assertNotReady(SECOND);
    assertTrue(first.hasLink("net1"), "a living pod was robbed");
    HeldPoint unbound = HeldPoint.of(root, "STEP_REFINED:unbind");
    Sandbox programs = sandbox(SECOND, second);
    try (RunningCall add = programs.start("ADD")) {
      awaitWaiting(SECOND);
      kernels.run("DEL");
      unbound.await(add::hasEnded);
      agent.kill();
      unbound.disarm();
      agent = start();
      Result interrupted = add.await();
      programs = interrupted.ok() ? programs.after(interrupted) : added(programs);
    }
    assertReady(SECOND, function);
    assertEquals(List.of("", function.address()), NetworkStatus.of(root, "lab_second").devices());

    awaitHealthy(DEMAND, function);
    assertEquals(files, handed(SECOND, THIRD).answer().devices());
    Sandbox alone = sandbox(THIRD, third);
    try (RunningCall add = alone.start("ADD")) {
      awaitWaiting(THIRD);
      programs.run("DEL");
      alone = alone.after(add.await().orThrow());
    }
    assertReady(THIRD, function);
    kubelet.release(THIRD);
    alone.run("DEL");

    assertEquals(Optional.of("igbvf"), function.driver());
    function.awaitLink();
    awaitHealthy(DEMAND, function);
  }

  /** The kubelet asks anew what the pool's pods need before they start. */
  private static void wantDriver(PciFunction function) throws IOException {
    long former = announced();
    pools(POOL.formatted("demand", "3", ", \"driver\": \"%s\"".formatted(VFIO)));
    Waiting.until(SOON, "the pool with a driver", () -> announced() > former);
    awaitHealthy(DEMAND, function);
  }

  private static long announced() {
    return kubelet.attempts().stream().filter(each -> each.resource().equals(DEMAND)).count();
  }

  private static Allocation handed(Pod former, Pod next) {
    kubelet.release(former);
    return kubelet.allocate(next, "app", DEMAND, 1);
  }

  private static void assertNotReady(Pod pod) {
    AllocationRefused refused =
        assertThrows(AllocationRefused.class, () -> kubelet.preStart(pod, "app", DEMAND));
    String message = refused.getMessage();
    assertTrue(message.contains("has driver \"igbvf\" and was to have \"vfio-pci\""), message);
  }

  private static void assertReady(Pod pod, PciFunction function) {
    assertEquals(Optional.of(VFIO), function.driver());
    awaitHealthy(DEMAND, function);
    assertTrue(kubelet.preStart(pod, "app", DEMAND));
  }

  private static void awaitWaiting(Pod pod) {
    String waits = "sandbox-lab-%s/eth0 waits for ".formatted(pod.name());
    Waiting.until(SOON, waits, () -> agent.log().contains(waits));
  }
}
