package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what is attached on this node, from the journal's files; the agent need not run. */
@Command(
    name = "list",
    description = "Lists what is attached on this node, oldest first; the agent need not run.")
public final class ListCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private enum Format {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      description = "table or json, which has all fields (default: ${DEFAULT-VALUE})",
      defaultValue = "table")
  private Format format;

  @Override
  public Integer call() throws IOException {
    List<Row> rows =
        Journal.read(AgentPaths.fromEnvironment().journal()).stream().map(Row::of).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      ArrayNode list = JSON.createArrayNode();
      rows.forEach(row -> list.add(row.json()));
      out.println(JSON.writeValueAsString(list));
    } else {
      out.printf(
          "%-24s %-14s %-24s %-12s %-10s %s%n",
          "POD", "CONTAINER", "NETWORK", "INTERFACE", "PHASE", "ADDRESSES");
      rows.forEach(row -> out.println(row.line()));
    }
    out.flush();
    return 0;
  }

  private record Row(
      String pod,
      String container,
      String network,
      String interfaceName,
      String part,
      String phase,
      List<String> addresses,
      String netns,
      double milliseconds,
      String failure) {

    static Row of(AttachmentRecord record) {
      List<String> addresses =
          record
              .fact("result")
              .map(result -> result.path("ips").findValuesAsText("address"))
              .orElse(List.of());
      return new Row(
          record.fact("pod").map(Row::podName).orElse(""),
          record.key().container().value(),
          record.text("definition").or(() -> record.text("network")).orElse(""),
          record.key().interfaceName().value(),
          record.part().orElse(""),
          record.phase().name().toLowerCase(Locale.ROOT),
          addresses,
          record.text("netns").orElse(""),
          record.fact("milliseconds").map(JsonNode::asDouble).orElse(0.0),
          record.failure().orElse(""));
    }

    private static String podName(JsonNode pod) {
      return pod.path("namespace").asText() + "/" + pod.path("name").asText();
    }

    String line() {
      String text =
          "%-24s %-14s %-24s %-12s %-10s %s"
              .formatted(
                  orDash(pod),
                  container.length() > 12 ? container.substring(0, 12) : container,
                  orDash(network),
                  part.isEmpty() ? interfaceName : interfaceName + ":" + part,
                  phase,
                  orDash(String.join(",", addresses)));
      return failure.isEmpty() ? text : text + "  " + failure;
    }

    private static String orDash(String text) {
      return text.isEmpty() ? "-" : text;
    }

    ObjectNode json() {
      ObjectNode node =
          JSON.createObjectNode()
              .put("pod", pod)
              .put("container", container)
              .put("network", network)
              .put("interface", interfaceName)
              .put("phase", phase)
              .put("netns", netns)
              .put("milliseconds", milliseconds);
      addresses.forEach(node.putArray("addresses")::add);
      if (!part.isEmpty()) {
        node.put("part", part);
      }
      return failure.isEmpty() ? node : node.put("failure", failure);
    }
  }
}
