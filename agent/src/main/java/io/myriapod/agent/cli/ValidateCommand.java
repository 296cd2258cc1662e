package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.inspection.Finding;
import io.myriapod.agent.inspection.Inspection;
import io.myriapod.agent.inspection.Inspection.Verdict;
import io.myriapod.agent.inspection.Severity;
import io.myriapod.kubernetes.annotation.Dialect;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds mistakes in manifests and node configurations before they are on a node. */
@Command(
    name = "validate",
    description =
        "Reads manifests of networks and pods, and configurations of nodes, as an ADD would.",
    footer = {
      "%nNeeds neither an agent nor root. Folders are searched with those below them.",
      "Exit code 1 if an ADD would fail, 0 if there are warnings only.",
      "%nExamples:",
      "  myriapod validate deploy/",
      "  myriapod validate --strict -o json nads.yaml pod.yaml",
      "  myriapod validate /etc/cni/net.d/00-multus.conf"
    })
public final class ValidateCommand implements Callable<Integer> {
  private static final int LONGEST = 1_000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "files or folders")
  private List<Path> paths = List.of();

  @Mixin private TextOutput output;

  @Option(names = "--strict", description = "warnings are errors")
  private boolean strict;

  @Option(
      names = {"-n", "--namespace"},
      description = "of objects that name none (default: ${DEFAULT-VALUE})",
      defaultValue = "default")
  private String namespace;

  @Option(names = "--multus", description = "read annotations as \"compat\": \"multus\" does")
  private boolean multus;

  @Override
  public Integer call() throws IOException {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new ParameterException(
            spec.commandLine(), "validate: there is no %s".formatted(path));
      }
    }
    Verdict read = new Inspection(namespace, multus ? Dialect.MULTUS : Dialect.NPWG).of(paths);
    Verdict verdict = strict ? read.strictly() : read;
    output.print(spec.commandLine().getOut(), () -> lines(verdict), () -> json(verdict));
    return verdict.hasErrors() ? 1 : 0;
  }

  private static List<String> lines(Verdict verdict) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : verdict.findings()) {
      String object = finding.object().isEmpty() ? "" : finding.object() + ": ";
      lines.add(
          Quoted.oneLine(
              "%s:%s: %s: %s%s"
                  .formatted(
                      finding.file(),
                      finding.place(),
                      word(finding.severity()),
                      object,
                      finding.message()),
              LONGEST));
      if (!finding.details().isEmpty()) {
        lines.add("    " + Quoted.oneLine(finding.details(), LONGEST));
      }
    }
    lines.add(summary(verdict));
    return lines;
  }

  private static ArrayNode json(Verdict verdict) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    verdict.findings().forEach(finding -> list.add(json(finding)));
    return list;
  }

  static String word(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  private static String summary(Verdict verdict) {
    long errors =
        verdict.findings().stream().filter(one -> one.severity() == Severity.ERROR).count();
    return "%d inspected, %d errors, %d warnings"
        .formatted(verdict.inspected(), errors, verdict.findings().size() - errors);
  }

  private static ObjectNode json(Finding finding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("file", finding.file())
        .put("line", finding.place().line())
        .put("column", finding.place().column())
        .put("object", finding.object())
        .put("severity", word(finding.severity()))
        .put("message", finding.message())
        .put("details", finding.details());
  }
}
