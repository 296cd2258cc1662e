package io.myriapod.bench.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.bench.run.Outcome;
import io.myriapod.bench.run.Runner;
import io.myriapod.bench.run.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the two that are compared: a node, the programs that are executed on it, and the calls
 * that attach a pod. Both sides get the same environment, configurations and order.
 */
public final class Side implements AutoCloseable {
  private final String name;
  private final BenchNode node;
  private final Runner runner;
  private final Path programs;
  private final boolean meta;
  private final String dataDir;
  private final Leases leases;
  private final Map<String, String> environment;

  private Side(
      String name,
      Path programs,
      boolean meta,
      String dataDir,
      Leases leases,
      Map<String, String> environment) {
    this.name = name;
    this.node = BenchNode.create(name);
    this.runner = Runner.in(node.node());
    this.programs = programs;
    this.meta = meta;
    this.dataDir = dataDir;
    this.leases = leases;
    this.environment = Map.copyOf(environment);
  }

  /** The reference plugins, executed one after another. */
  public static Side peer(Path root, Path programs) {
    Leases leases = new Leases(root.resolve("leases"));
    return new Side("peer", programs, false, leases.directory().toString(), leases, Map.of());
  }

  /**
   * Our shim, under the names that a container runtime would call.
   *
   * @param root of the agent; paths of configurations are below it
   * @param links the folder with the shim under those names
   */
  public static Side ours(Path root, Path links) {
    Leases leases = new Leases(root.resolve("leases"));
    Map<String, String> environment = Map.of("MYRIAPOD_ROOT", root.toString());
    return new Side("ours", links, true, "/leases", leases, environment);
  }

  /** "ours" or "peer". */
  public String name() {
    return name;
  }

  /** Where its pods are. */
  public BenchNode node() {
    return node;
  }

  /** What starts programs on it. */
  public Runner runner() {
    return runner;
  }

  /** Its leases. */
  public Leases leases() {
    return leases;
  }

  /** The calls that attach a pod. */
  public List<Step> add(Workload workload, Attempt attempt) {
    return steps("ADD", workload, attempt, List.of());
  }

  /** The calls that check it. */
  public List<Step> check(Workload workload, Attempt attempt, List<Outcome> added) {
    return steps("CHECK", workload, attempt, added);
  }

  /** The calls that remove it: networks in reverse order, each with its own result. */
  public List<Step> delete(Workload workload, Attempt attempt, List<Outcome> added) {
    List<Step> steps = new ArrayList<>(steps("DEL", workload, attempt, added));
    Collections.reverse(steps);
    return steps;
  }

  /** A call that concerns no pod: VERSION or STATUS. */
  public Step call(String verb, Network network) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("CNI_COMMAND", verb);
    variables.put("CNI_PATH", programs.toString());
    String config = network.configuration(dataDir, Optional.empty()).toString();
    return new Step(List.of(programs.resolve(network.type()).toString()), variables, config);
  }

  private List<Step> steps(String verb, Workload workload, Attempt attempt, List<Outcome> added) {
    if (meta && workload.pod()) {
      ObjectNode config = Manifests.metaConfig(dataDir);
      result(added, 0).ifPresent(result -> config.set("prevResult", result));
      return List.of(step(verb, "myriapod", "eth0", config, workload, attempt));
    }
    List<Step> steps = new ArrayList<>();
    for (int place = 0; place < workload.networks().size(); place++) {
      Network network = workload.networks().get(place);
      ObjectNode config = network.configuration(dataDir, result(added, place));
      String interfaceName = workload.interfaceName(place);
      steps.add(step(verb, network.type(), interfaceName, config, workload, attempt));
    }
    return steps;
  }

  private static Optional<JsonNode> result(List<Outcome> added, int place) {
    return added.size() > place && added.get(place).code() == 0
        ? Optional.of(added.get(place).json())
        : Optional.empty();
  }

  private Step step(
      String verb,
      String program,
      String interfaceName,
      JsonNode config,
      Workload workload,
      Attempt attempt) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    variables.put("CNI_COMMAND", verb);
    variables.put("CNI_CONTAINERID", attempt.container());
    variables.put("CNI_NETNS", attempt.seat().namespace().path().toString());
    variables.put("CNI_IFNAME", interfaceName);
    variables.put("CNI_PATH", programs.toString());
    variables.put("CNI_ARGS", Manifests.arguments(workload, attempt));
    return new Step(List.of(programs.resolve(program).toString()), variables, config.toString());
  }

  /** A container on a seat. */
  public record Attempt(String container, Seat seat) {}

  @Override
  public void close() {
    runner.close();
    node.close();
  }
}
