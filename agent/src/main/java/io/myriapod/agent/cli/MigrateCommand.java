package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.install.NodeFolders;
import io.myriapod.agent.migrate.MigrationClient;
import io.myriapod.agent.migrate.MigrationRequest;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.multus.config.MultusConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes over the pods that Multus has attached. */
@Command(
    name = "migrate",
    description =
        "Takes over the pods that Multus has attached, so that their DEL works without it.",
    footer = {
      "%nReads Multus's cache and libcni's, records each network of each pod in the journal and"
          + " touches no pod. The files stay until the DEL of their pod. To be run again whenever"
          + " Multus may have attached more: exit code 3 says that something could not be read."
    })
public final class MigrateCommand implements Callable<Integer> {
  private static final int SOMETHING_LEFT = 3;
  private static final String USUAL = "myriapod";

  @Spec private CommandSpec spec;

  @Mixin private NodeFolderOptions folders;

  @Mixin private TextOutput output;

  @Option(
      names = "--multus-dir",
      paramLabel = "DIR",
      description = "the \"cniDir\" of Multus (default: ${DEFAULT-VALUE})",
      defaultValue = "/var/lib/cni/multus")
  private Path multus;

  @Option(
      names = "--results-dir",
      paramLabel = "DIR",
      description = "where the container runtime keeps results (default: ${DEFAULT-VALUE})",
      defaultValue = "/var/lib/cni/results")
  private Path runtime;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description =
          "the configuration that the runtime calls for these pods from now on (default: the first"
              + " one that calls Myriapod or Multus, else myriapod)")
  private String network;

  @Option(names = "--dry-run", description = "Shows what would be taken over, records nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    NodeFolders node = folders.folders();
    MigrationRequest request =
        new MigrationRequest(
            multus,
            runtime,
            node.programs(),
            Optional.ofNullable(network).orElseGet(() -> configured(node)),
            dryRun);
    ObjectNode answer = new MigrationClient(node.paths()).run(request);
    output.print(spec.commandLine().getOut(), () -> text(answer), () -> answer);
    return answer.path("unread").isEmpty() ? 0 : SOMETHING_LEFT;
  }

  private static String configured(NodeFolders node) {
    return new ConfDirectory(node.paths().onNode(node.configurations()))
        .read().found().stream()
            .map(ConfDirectory.Found::list)
            .filter(MigrateCommand::callsMeta)
            .map(NetworkList::name)
            .findFirst()
            .orElse(USUAL);
  }

  private static boolean callsMeta(NetworkList list) {
    return list.plugins().stream()
        .map(NetworkConfig::type)
        .anyMatch(MultusConfig.OWN_TYPES::contains);
  }

  private List<String> text(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("POD", "CONTAINER", "INTERFACE", "NAMESPACE", "STATE", "NETWORK"));
    for (JsonNode row : answer.path("attachments")) {
      cells.add(cells(row));
    }
    if (cells.size() > 1) {
      lines.addAll(TextTable.aligned(cells));
    }
    for (JsonNode row : answer.path("attachments")) {
      for (JsonNode finding : row.path("findings")) {
        lines.add(
            "%s %s: %s"
                .formatted(
                    shortened(row.path("container").asText()),
                    row.path("interface").asText(),
                    finding.asText()));
      }
    }
    for (JsonNode left : answer.path("unread")) {
      lines.add("left: %s: %s".formatted(left.path("file").asText(), left.path("reason").asText()));
    }
    lines.add(summary(answer));
    return lines;
  }

  private String summary(JsonNode answer) {
    long recorded =
        answer
            .path("attachments")
            .valueStream()
            .filter(row -> row.path("state").asText().equals("recorded"))
            .count();
    return "%d attachments %s, %d known already, %d files left"
        .formatted(
            recorded,
            dryRun ? "to be recorded" : "recorded",
            answer.path("attachments").size() - recorded,
            answer.path("unread").size());
  }

  private static List<String> cells(JsonNode row) {
    String pod = row.path("pod").asText();
    return List.of(
        pod.isEmpty() ? TextTable.NONE : pod,
        shortened(row.path("container").asText()),
        row.path("interface").asText(),
        row.path("namespace").asText(),
        row.path("state").asText(),
        row.path("network").asText());
  }

  private static String shortened(String container) {
    return container.length() > 12 ? container.substring(0, 12) : container;
  }
}
