package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Typed;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the pools of an agent that a kubelet knows. Sysfs is a fake. */
@InNamespaces(kinds = "veth")
class DevicesCommandIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FIRST = "0000:01:10.0";
  private static final String VFS = "intel.com/vfs";

  @TempDir static Path root;
  private static Netns node;
  private static FakeSysfs sysfs;
  private static FakeKubelet kubelet;
  private static AgentProcess agent;

  @BeforeAll
  static void open() throws IOException {
    node = Netns.create("node");
    node.run("ip link set lo up");
    node.run("ip link add card0 type veth peer name wire0");
    sysfs = new FakeSysfs(root.resolve("sys")).driver("igbvf", "0x10ca");
    sysfs.physical("0000:01:00.0", 7).directory("bus/pci/devices/0000:01:00.0/net/card0");
    sysfs.written("bus/pci/devices/0000:01:00.0/sriov_numvfs", "2");
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.writeString(
        root.resolve("etc/myriapod/config.yaml"),
        "devicePlugin: {settleMillis: 20, resourceList: [{resourceName: vfs, "
            + "selectors: {pfNames: ['card0#0'], drivers: [igbvf]}}]}\n");
    kubelet = FakeKubelet.startWatching(root.resolve("var/lib/kubelet"));
    agent = AgentProcess.start(node, root, List.of("-Dmyriapod.sys=" + sysfs.root()));
    kubelet.awaitDevices(VFS, devices -> devices.size() == 1, SOON);
  }

  @AfterAll
  static void close() {
    agent.close();
    kubelet.close();
    node.close();
  }

  private static Result type(String... arguments) {
    List<String> words = new ArrayList<>(List.of("devices"));
    words.addAll(List.of(arguments));
    return Typed.at(root, words.toArray(String[]::new));
  }

  @Test
  void devices_agentRuns_tellsWhatTheKubeletKnows() {
    String table = type().orThrow().out();

    List<String> lines = table.lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertTrue(lines.get(1).startsWith("intel.com/vfs 1 1 0 registered since 20"), table);
    assertEquals(FIRST + " intel.com/vfs card0#0 igbvf - - healthy", lines.get(4), table);
    assertEquals(
        "0000:01:10.2 - card0#1 igbvf - - differs from intel.com/vfs in pfNames: want card0#0, got"
            + " card0#1",
        lines.get(5),
        table);
  }

  /** To a look at the kernel alone the function would be in no pool. */
  @Test
  void explain_driverIsGone_tellsThatTheKubeletWasToldOfAnIllDevice() {
    sysfs.written("bus/pci/drivers/igbvf/unbind", FIRST);
    node.run("ip link set card0 up");
    kubelet.awaitDevices(VFS, devices -> devices.stream().noneMatch(one -> one.isHealthy()), SOON);

    JsonNode answer = type("explain", FIRST, "-o", "json").orThrow().json();

    assertEquals("agent", answer.path("source").asText());
    assertEquals(
        "intel.com/vfs offers it as unhealthy: it has no driver",
        answer.path("conclusion").path(0).asText());
    sysfs.written("bus/pci/drivers_probe", FIRST);
    node.run("ip link set card0 down");
    kubelet.awaitDevices(VFS, devices -> devices.stream().allMatch(one -> one.isHealthy()), SOON);
  }

  @Test
  void explain_unknownDevice_hasTheAgentsWords() {
    Result result = type("explain", "0000:09:00.0");

    assertEquals(1, result.exitCode());
    assertTrue(
        result.err().startsWith("myriapod: explain device \"0000:09:00.0\": the node has no"),
        result::err);
    assertTrue(result.err().contains("`myriapod devices --all`"), result::err);
  }

  @Test
  void devices_wrongArguments_areRefusedWithTwo() {
    assertEquals(2, type("list", "-o", "xml").exitCode());
    assertEquals(2, type("explain").exitCode());
  }

  @Test
  void snapshot_ofThisNode_canBeReadBack() {
    Path folder = root.resolve("snapshot");

    assertTrue(type("snapshot", folder.toString()).orThrow().out().startsWith("devices written:"));
    assertEquals(
        "tree",
        type("--sysfs", folder.toString(), "-o", "json").orThrow().json().path("source").asText());
  }
}
