package io.myriapod.bench;

import io.myriapod.bench.device.DeviceRows;
import io.myriapod.bench.node.Network;
import io.myriapod.bench.node.OurAgent;
import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.report.Goal;
import io.myriapod.bench.report.Machine;
import io.myriapod.bench.report.Report;
import io.myriapod.bench.report.Row;
import io.myriapod.bench.row.AgentRows;
import io.myriapod.bench.row.Duel;
import io.myriapod.bench.row.FunctionRow;
import io.myriapod.bench.row.Ipv6Row;
import io.myriapod.bench.row.PairedRow;
import io.myriapod.bench.row.ShimRow;
import io.myriapod.bench.run.Step;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All rows and their goals. */
final class Bench {
  private static final int AT_ONCE = 20;
  private static final int FEW_LEASES = 1_000;
  private static final int MANY_LEASES = 20_000;
  private static final int FULL_PAIRS = 30;

  /** In the cluster's folder, of each workload: the kubelet's usual bound. */
  private static final int PODS = 110;

  private static final Goal NONE = new Goal.None();

  private final int pairs;
  private final Path plugins;
  private final Path json;
  private final List<String> wanted;
  private final Report report;

  Bench(int pairs, Path plugins, Path json, List<String> wanted, PrintStream out) {
    this.pairs = pairs;
    this.plugins = plugins;
    this.json = json;
    this.wanted = wanted;
    this.report = new Report(out);
  }

  List<Row> run() {
    Path root = scratch();
    try (Side peer = Side.peer(root.resolve("peer"), plugins);
        Side ours = Side.ours(root.resolve("ours"), OurAgent.link(root.resolve("ours")));
        OurAgent agent = OurAgent.start(root.resolve("ours"), ours.node(), pods(), PODS)) {
      return measure(new Duel(ours, peer, agent, pairs));
    } finally {
      delete(root);
    }
  }

  private List<Row> measure(Duel duel) {
    Machine machine = Machine.here(duel.agent().jdk(), duel.agent().flags(), pairs);
    report.begin(machine);
    List<Row> rows = new ArrayList<>();
    rows(duel)
        .forEach(
            (name, measurement) -> {
              if (wanted.isEmpty() || wanted.stream().anyMatch(name::contains)) {
                List<Row> measured = measurement.get();
                measured.forEach(report::print);
                rows.addAll(measured);
                report.write(json, machine, rows);
              }
            });
    return rows;
  }

  private Map<String, Supplier<List<Row>>> rows(Duel duel) {
    Map<String, Supplier<List<Row>>> rows = new LinkedHashMap<>();
    paired(rows, duel, "macvlan + host-local", Workload.single(Network.macvlan(0)), 1, 3, 1.2);
    paired(rows, duel, "pod of bridge + 2 macvlan", Workload.pod(2), 1, 4, 3);
    paired(rows, duel, "pod of bridge + 8 macvlan", Workload.pod(8), 1, 5, 5);
    paired(rows, duel, "20 pods of bridge + 2 macvlan", Workload.pod(2), AT_ONCE, 6, 0);
    leases(rows, duel, FEW_LEASES, 20);
    leases(rows, duel, MANY_LEASES, 100);
    rows.put(
        "IPv6", () -> Ipv6Row.measure(duel, new Goal.TimesFaster(20), new Goal.AtMost(100, "ms")));
    rows.put("VF", () -> FunctionRow.measure(duel, new Goal.AtMostTimes(1.5)));
    rows.put("shim", () -> shim(duel));
    rows.put(
        "ready", () -> AgentRows.start(duel, Math.max(3, pairs / 3), new Goal.AtMost(2_000, "ms")));
    rows.put(
        "memory", () -> List.of(AgentRows.memory(duel, memoryPods(), new Goal.AtMost(120, "MiB"))));
    rows.put("device plugin", this::devices);
    return rows;
  }

  private void paired(
      Map<String, Supplier<List<Row>>> rows,
      Duel duel,
      String name,
      Workload workload,
      int pods,
      double add,
      double delete) {
    Goal delGoal = delete > 0 ? new Goal.TimesFaster(delete) : NONE;
    rows.put(
        name,
        () -> PairedRow.measure(duel, name, workload, pods, new Goal.TimesFaster(add), delGoal));
  }

  private void leases(Map<String, Supplier<List<Row>>> rows, Duel duel, int leases, double goal) {
    String name = "host-local with %,d leases".formatted(leases);
    Network network = Network.hostLocal(leases);
    rows.put(
        name,
        () -> {
          duel.ours().leases().fill(network.name(), leases);
          duel.peer().leases().fill(network.name(), leases);
          return PairedRow.measure(
              duel, name, Workload.single(network), 1, new Goal.TimesFaster(goal), NONE);
        });
  }

  private List<Row> shim(Duel duel) {
    Step version = duel.ours().call("VERSION", Network.macvlan(0));
    Step status = duel.ours().call("STATUS", Network.macvlan(0));
    return ShimRow.measure(duel, version, status, new Goal.AtMostAbove(1, "ms"));
  }

  private List<Row> devices() {
    Path root = scratch();
    try {
      return DeviceRows.measure(root, pairs);
    } finally {
      delete(root);
    }
  }

  private static List<Workload> pods() {
    return List.of(Workload.pod(2), Workload.pod(8));
  }

  /** The quick run is to be quick. */
  private int memoryPods() {
    return pairs < FULL_PAIRS ? 100 : 500;
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("myriapod-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException("make a scratch folder", e);
    }
  }

  private static void delete(Path root) {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + root, e);
    }
  }
}
