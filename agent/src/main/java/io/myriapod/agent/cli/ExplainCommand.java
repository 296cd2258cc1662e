package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.forecast.Forecast;
import io.myriapod.agent.forecast.Forecaster;
import io.myriapod.agent.forecast.ManifestSet;
import io.myriapod.agent.forecast.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an ADD of a pod would do, from its manifest. */
@Command(
    name = "explain",
    description = "Tells what attaching the pods of some manifests would do, without doing it.",
    footer = {
      "%nNeeds neither an agent nor root nor a cluster: networks are looked for in the",
      "same files. Without --node-config the node's own is read, if there is one.",
      "Exit code 1 if a pod could not be attached; the error is the one an ADD has.",
      "%nExamples:",
      "  myriapod explain -f pod.yaml -f nads/ --node-config 00-multus.conf",
      "  myriapod explain -f pod.yaml -f nads.yaml -o json"
    })
public final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      description = "manifests of pods and networks: files or folders; may come several times")
  private List<Path> files = List.of();

  @Option(
      names = "--node-config",
      paramLabel = "FILE",
      description = "by which the runtime calls, such as /etc/cni/net.d/00-myriapod.conf")
  private Optional<Path> nodeConfig = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      description = "of objects that name none (default: ${DEFAULT-VALUE})",
      defaultValue = "default")
  private String namespace;

  @Mixin private TextOutput output;

  @Override
  public Integer call() throws IOException {
    files.forEach(this::requireThere);
    nodeConfig.ifPresent(this::requireThere);
    Path root = AgentPaths.fromEnvironment().root();
    NodeConfig node =
        nodeConfig
            .map(NodeConfig::of)
            .orElseGet(() -> NodeConfig.ofDirectory(root.resolve("etc/cni/net.d")));
    List<Forecast> all = new Forecaster(ManifestSet.of(files, namespace), node, root).all();
    if (all.isEmpty()) {
      throw new IOException("there is no pod in these files: want a manifest of kind Pod");
    }
    output.print(spec.commandLine().getOut(), () -> lines(all), () -> json(all));
    return all.stream().anyMatch(one -> one.error().isPresent()) ? 1 : 0;
  }

  private void requireThere(Path file) {
    if (!Files.exists(file)) {
      throw new ParameterException(spec.commandLine(), "explain: there is no %s".formatted(file));
    }
  }

  private static List<String> lines(List<Forecast> all) {
    return all.stream().flatMap(one -> ForecastText.lines(one).stream()).toList();
  }

  private static ArrayNode json(List<Forecast> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    all.forEach(one -> list.add(ForecastJson.of(one)));
    return list;
  }
}
