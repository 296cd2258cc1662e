package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent with mounts of its own, which show neither the pods' namespaces nor the node's plugins,
 * and in a cgroup of its own that has less memory than a plugin takes.
 */
@InNamespaces(
    kinds = {"bridge"},
    programs = {"unshare", "perl"})
class AgentInContainerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory");
  private static final Path PLUGINS = MEMORY.resolve("myriapod-plugins");
  private static final String RESULT =
      "cat <<END\n{\"cniVersion\": \"1.0.0\", \"interfaces\": [], \"ips\": []}\nEND\n";

  @TempDir private Path root;
  private Netns node;
  private Netns pod;
  private Path cgroup;
  private Path plugins;
  private AgentProcess agent;

  @BeforeEach
  void open() throws IOException {
    node = Netns.create("node");
    pod = Netns.create("pod");
    cgroup = Files.createTempDirectory(MEMORY, "agent-");
    Files.writeString(cgroup.resolve("memory.limit_in_bytes"), "400M");
    plugins = Files.createDirectories(root.resolve("plugins"));
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.writeString(
        root.resolve("etc/myriapod/cluster/pod.yaml"),
        "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}");
    String hide =
        "echo $$ >%s/cgroup.procs; mount -t tmpfs none /run/netns; exec \"$@\"".formatted(cgroup);
    List<String> wrapper =
        List.of(
            "env",
            "MYRIAPOD_NODE_PROCESS=" + ProcessHandle.current().pid(),
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-ec",
            hide,
            "sh");
    agent = AgentProcess.launch(node, root, List.of(), wrapper).awaitReady();
  }

  @AfterEach
  void close() throws IOException {
    agent.close();
    Files.delete(cgroup);
    pod.close();
    node.close();
  }

  @AfterAll
  static void removeCgroup() throws IOException {
    Files.deleteIfExists(PLUGINS);
  }

  /** The pod's sandbox, whose {@code eth0} is of the bridge and then of that plugin. */
  private Sandbox sandbox(String script) throws IOException {
    Path plugin = plugins.resolve("foreign");
    Files.writeString(
        plugin, "#!/bin/sh\ncat >/dev/null\n[ \"$CNI_COMMAND\" = ADD ] || exit 0\n" + script);
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
    String config =
        """
        {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "binDir": "%s", "delegates": [
          {"cniVersion": "1.0.0", "name": "pods", "plugins": [
            {"type": "bridge", "bridge": "cni0",
             "ipam": {"type": "host-local", "subnet": "10.79.0.0/24"}},
            {"type": "foreign"}]}]}
        """
            .formatted(plugins);
    return Sandbox.of(node, root, config, pod, new PodName("shop", "web", "uid"));
  }

  private void assertNothingLeft() throws IOException {
    Waiting.until(PATIENCE, "the plugins' end", () -> processes().isEmpty());
    Waiting.until(
        PATIENCE,
        "the undo",
        () -> Journal.read(root.resolve("var/lib/myriapod/journal")).isEmpty());
    String links =
        pod.ip("link show").findValuesAsText("ifname").stream().collect(Collectors.joining(" "));
    assertEquals("lo", links);
    try (Stream<Path> files = Files.walk(root.resolve("var/lib/cni/networks"))) {
      assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("10.79.")));
    }
    assertFalse(agent.hasEnded(), "the agent lives");
  }

  private static List<String> processes() throws IOException {
    return Files.readAllLines(PLUGINS.resolve("cgroup.procs"));
  }

  @Test
  void add_foreignPlugin_runsAmongTheNodesFilesAndOutsideTheAgentsCgroup() throws IOException {
    Path seen = root.resolve("seen");
    Sandbox sandbox =
        sandbox(
            "{ readlink /proc/self/ns/mnt; grep memory /proc/self/cgroup; ls $CNI_NETNS; } >%s\n"
                    .formatted(seen)
                + RESULT);

    sandbox.run("ADD");

    List<String> lines = Files.readAllLines(seen);
    assertEquals(
        Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString(), lines.get(0), "mounts");
    assertTrue(lines.get(1).endsWith("/myriapod-plugins"), lines.get(1));
    assertEquals(pod.path().toString(), lines.get(2));
    sandbox.run("DEL");
    assertNothingLeft();
  }

  @Test
  void add_pluginTakesMoreThanTheAgentMay_isServed() throws IOException {
    Sandbox sandbox =
        sandbox("perl -e '$all = \"x\" x 500_000_000; print STDERR length $all'\n" + RESULT);

    sandbox.run("ADD");
    sandbox.run("DEL");

    assertNothingLeft();
  }

  @Test
  void add_pluginHangs_failsInTimeAndLeavesNothing() throws IOException {
    Files.writeString(root.resolve("var/lib/myriapod/shim.conf"), "addMillis=3000\n");

    Result failed = sandbox("sleep 1000 & sleep 1000\n").attempt("ADD");

    assertFalse(failed.ok());
    JsonNode error = failed.json();
    assertEquals(11, error.path("code").asInt(), failed.out());
    assertNothingLeft();
  }

  @Test
  void add_pluginFailsAndLeavesChildren_leavesNothing() throws IOException {
    String fork = "for i in 1 2 3; do sleep 1000 >/dev/null 2>&1 & done\n";
    Result failed =
        sandbox(fork + "echo '{\"code\": 120, \"msg\": \"no\"}'; exit 1").attempt("ADD");

    assertFalse(failed.ok());
    assertNothingLeft();
  }

  @Test
  void agent_nodeProcessWithItsOwnMounts_isRefused() {
    Result refused =
        Command.of(Product.program().toString(), "vf", "list")
            .withEnvironment(
                Map.of("MYRIAPOD_NODE_PROCESS", Long.toString(ProcessHandle.current().pid())))
            .attempt();

    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().contains("own mount namespace"), refused.err());
    assertTrue(refused.err().contains("hostPID: true"), refused.err());
  }
}
