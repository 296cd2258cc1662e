package io.myriapod.bench.node;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Our side's agent under its own root, and the shim under the names that are called. */
public final class OurAgent implements AutoCloseable {
  private static final int KIBI = 1024;

  private final Path root;
  private final BenchNode node;
  private AgentProcess process;

  private OurAgent(Path root, BenchNode node) {
    this.root = root;
    this.node = node;
    FakeSysfs sysfs = new FakeSysfs(root.resolve("sys"));
    sysfs.function(BenchNode.FUNCTION_ADDRESS, "0x8086", "0x1889", Optional.of("iavf"));
    sysfs.directory(
        "bus/pci/devices/%s/net/%s".formatted(BenchNode.FUNCTION_ADDRESS, BenchNode.FUNCTION));
    this.process = start();
  }

  private AgentProcess start() {
    return AgentProcess.start(node.node(), root, List.of("-Dmyriapod.sys=" + root.resolve("sys")));
  }

  /** Makes the links to the shim; answers their folder. */
  public static Path link(Path root) {
    try {
      Path folder = Files.createDirectories(root.resolve("bin"));
      for (String name : List.of("myriapod", "bridge", "macvlan", "host-local", "sriov")) {
        Files.createSymbolicLink(folder.resolve(name), Product.shim());
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("link the shim below " + root, e);
    }
  }

  /** Writes what the cluster holds and starts the agent. */
  public static OurAgent start(Path root, BenchNode node, List<Workload> workloads, int pods) {
    publish(root, workloads, pods);
    return new OurAgent(root, node);
  }

  /** Replaces what the cluster holds: so many pods of each workload. */
  public void publish(List<Workload> workloads, int pods) {
    publish(root, workloads, pods);
  }

  private static void publish(Path root, List<Workload> workloads, int pods) {
    Manifests.write(root.resolve("etc/myriapod/cluster"), "/leases", workloads, pods);
  }

  /** Ends it and starts another one; answers the milliseconds until its socket was there. */
  public double restart() {
    process.close();
    long begun = System.nanoTime();
    process = start();
    return (System.nanoTime() - begun) / 1e6;
  }

  /** Resident memory in MiB. */
  public double residentMebibytes() {
    try (Stream<String> lines = Files.lines(proc("status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / (double) KIBI;
    } catch (IOException e) {
      throw new UncheckedIOException("read the agent's memory", e);
    }
  }

  /** The runtime that executes it, as its {@code -version} says. */
  public String jdk() {
    return Command.of(proc("exe").toString(), "-version")
        .run()
        .err()
        .lines()
        .skip(1)
        .findFirst()
        .orElse("unknown")
        .strip();
  }

  /** The options of its JVM. */
  public String flags() {
    try {
      String words = new String(Files.readAllBytes(proc("cmdline")), StandardCharsets.UTF_8);
      return Stream.of(words.split("\0"))
          .filter(word -> word.startsWith("-X"))
          .map(word -> word.replaceAll("=/.*/", "="))
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException("read the agent's flags", e);
    }
  }

  /** What the journal still knows, as the command line lists it. */
  public String attached() {
    return Command.of(Product.program().toString(), "list", "-o", "json")
        .withEnvironment(
            java.util.Map.of("MYRIAPOD_ROOT", root.toString(), "PATH", System.getenv("PATH")))
        .run()
        .out()
        .strip();
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  @Override
  public void close() {
    process.close();
  }
}
