package io.myriapod.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.agent.config.AgentPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A pod with a default network and three more, from annotation to ping and back to nothing. */
@Command(
    name = "demo",
    description = "Attaches a pod to four networks in scratch namespaces and removes it again.")
public final class DemoCommand implements Callable<Integer> {
  private static final PrintStream OUT = System.out;

  @Option(
      names = "--keep",
      description = "Leave the pod up and say how to look inside (also: KEEP=1).")
  private boolean keep;

  @Option(
      names = "--shim",
      required = true,
      description = "The shim that a container runtime would execute (default: $MYRIAPOD_SHIM).",
      defaultValue = "${env:MYRIAPOD_SHIM}")
  private String shim;

  @Option(
      names = "--program",
      required = true,
      description = "The program that starts the agent (default: this one).",
      defaultValue = "${env:MYRIAPOD_PROGRAM}")
  private String program;

  @Override
  public Integer call() {
    try {
      play();
      return 0;
    } catch (DemoFailure e) {
      OUT.println();
      OUT.println("NOT AS CLAIMED: " + e.getMessage());
      return 1;
    }
  }

  private void play() {
    Path root = scratch();
    String prefix = "myri" + ProcessHandle.current().pid();
    DemoNode node = DemoNode.create(prefix);
    DemoAgent agent = null;
    boolean stays = false;
    try {
      List<Path> trees = List.of(root.resolve("var"), Path.of("/var/lib/cni"));
      OUT.printf("node, pod and far end are the namespaces %s-{node,pod,far}%n", prefix);
      Snapshot before = Snapshot.of(List.of(node.node(), node.pod()), trees);
      agent = DemoAgent.start(node, root, program);
      OUT.printf("agent ready in %.0f ms, process %d%n", agent.readyMillis(), agent.pid());
      DemoRuntime runtime = new DemoRuntime(node, root.toString(), shim, resource("node.json"));
      new DemoPod(OUT, node, root, () -> listed(root)).attach(runtime);
      if (keep || "1".equals(System.getenv("KEEP"))) {
        stays = true;
        explainHowToLook(node, root, agent);
        return;
      }
      detach(node, runtime);
      requireEmptyJournal(root);
      agent.close();
      compare(before, Snapshot.of(List.of(node.node(), node.pod()), trees));
    } finally {
      if (!stays) {
        tidy(node, agent, root);
      }
    }
  }

  private static void detach(DemoNode node, DemoRuntime runtime) {
    OUT.printf("%npod deleted in %.1f ms%n", runtime.call("DEL").milliseconds());
    node.removeBridges("cni0", "br-mgmt");
    OUT.println(
        "bridges cni0 and br-mgmt removed (they stay after DEL, as with other CNI plugins)");
  }

  private void requireEmptyJournal(Path root) {
    JsonNode listed = listed(root);
    if (!listed.isEmpty()) {
      throw new DemoFailure("the journal still lists: " + listed);
    }
  }

  /** What {@code myriapod list} says. */
  private JsonNode listed(Path root) {
    Shell.Outcome outcome =
        Shell.attempt(
            Map.of(AgentPaths.ROOT_VARIABLE, root.toString()),
            "",
            List.of(program, "list", "--output", "json"));
    try {
      return new ObjectMapper().readTree(outcome.output());
    } catch (IOException e) {
      throw new DemoFailure("`myriapod list` printed: " + outcome.output());
    }
  }

  private static void compare(Snapshot before, Snapshot after) {
    List<String> differences = before.differences(after);
    if (!differences.isEmpty()) {
      throw new DemoFailure("something is left behind:\n" + String.join("\n", differences));
    }
    OUT.println(
        "links, addresses, routes, nft rules and files are as they were before; journal empty");
  }

  private static void explainHowToLook(DemoNode node, Path root, DemoAgent agent) {
    OUT.printf("%nThe pod stays up. Look inside:%n");
    OUT.printf("  ip -n %s -br addr%n", node.pod());
    OUT.printf("  MYRIAPOD_ROOT=%s agent/target/dist/bin/myriapod list%n", root);
    OUT.printf("Remove it all:%n  kill %d%n", agent.pid());
    for (String namespace : List.of(node.pod(), node.far(), node.node())) {
      OUT.printf("  ip netns delete %s%n", namespace);
    }
    OUT.printf("  rm -r %s%n", root);
  }

  private static Path scratch() {
    try {
      Path root = Files.createTempDirectory("myriapod-demo-");
      Path cluster = Files.createDirectories(new AgentPaths(root).cluster());
      Files.createDirectories(root.resolve("var"));
      Files.writeString(cluster.resolve("cluster.yaml"), resource("cluster.yaml"));
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = DemoCommand.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tidy(DemoNode node, DemoAgent agent, Path root) {
    if (agent != null) {
      agent.close();
    }
    node.close();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
