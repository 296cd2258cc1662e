package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.flight.Comparison;
import io.myriapod.agent.flight.Comparison.Difference;
import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.PodStory;
import io.myriapod.agent.flight.PodStory.Subject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what happened to a pod's networks, and what differs now. */
@Command(
    name = "why",
    description = "Tells what was done for a pod, step by step, and what differs now.",
    footer = {
      "%nThe last operations are kept on disk, 8 MiB of them. The agent compares what it has",
      "recorded with the kernel; without one the files alone are read.",
      "Exit code 1 if nothing is known of the pod, or if something differs.",
      "%nExamples:",
      "  myriapod why shop/upf-0",
      "  myriapod why shop/upf-0 net1",
      "  myriapod why 4f3a9c21b7d0 -o json"
    })
public final class WhyCommand implements Callable<Integer> {
  private static final int LONGEST_LINE = 4_096;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "POD",
      description = "namespace/name, a name in \"default\", or the beginning of a container's id")
  private String pod;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "IFACE",
      description = "the only interface that matters")
  private Optional<String> interfaceName = Optional.empty();

  @Mixin private TextOutput output;

  @Override
  public Integer call() throws IOException {
    AgentPaths paths = AgentPaths.fromEnvironment();
    Subject subject = new Subject(pod);
    PodStory story = PodStory.read(paths, subject, interfaceName);
    if (story.isEmpty()) {
      throw new CniException(
          ErrorCode.UNKNOWN_CONTAINER,
          "tell of %s: no operation for it is recorded on this node".formatted(subject),
          "`kubectl get pod -o wide` says on which node it is; old operations are dropped");
    }
    Optional<Map<String, Difference>> differing = new Comparison(paths).of(story.records());
    output.print(
        spec.commandLine().getOut(), () -> lines(story, differing), () -> json(story, differing));
    return differing.stream().flatMap(all -> all.values().stream()).anyMatch(Difference::differs)
        ? 1
        : 0;
  }

  /** Whatever others wrote steers no terminal. */
  private List<String> lines(PodStory story, Optional<Map<String, Difference>> differing) {
    List<String> lines = new ArrayList<>();
    story.flights().forEach(flight -> lines.addAll(FlightStory.lines(flight, interfaceName)));
    lines.addAll(now(story, differing));
    return lines.stream().map(line -> Quoted.oneLine(line, LONGEST_LINE)).toList();
  }

  private static List<String> now(PodStory story, Optional<Map<String, Difference>> differing) {
    List<String> lines = new ArrayList<>(List.of("now"));
    if (story.records().isEmpty()) {
      lines.add("  nothing of it is attached");
    }
    for (AttachmentRecord record : story.records()) {
      lines.add(
          "  %s  %s  %s%s"
              .formatted(
                  record.key().interfaceName(),
                  record.text("definition").or(() -> record.text("network")).orElse("-"),
                  record.phase().name().toLowerCase(Locale.ROOT),
                  record.failure().map(failure -> ": " + failure).orElse("")));
    }
    differing.ifPresentOrElse(
        all ->
            all.forEach(
                (container, difference) ->
                    lines.add(
                        "  container %s: %s"
                            .formatted(FlightStory.shortened(container), difference.text()))),
        () -> lines.add("  not compared with the kernel: no agent answers"));
    return lines;
  }

  private static ObjectNode json(PodStory story, Optional<Map<String, Difference>> differing) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode operations = json.putArray("operations");
    story.flights().stream().map(Flight::toJson).forEach(operations::add);
    ArrayNode attached = json.putArray("attachments");
    story.records().forEach(record -> attached.add(attachment(record)));
    differing.ifPresent(
        all -> {
          ObjectNode differences = json.putObject("differences");
          all.forEach(
              (container, difference) ->
                  differences
                      .putObject(container)
                      .put("differs", difference.differs())
                      .put("finding", difference.text()));
        });
    return json;
  }

  private static ObjectNode attachment(AttachmentRecord record) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("container", record.key().container().value())
            .put("interface", record.key().interfaceName().value())
            .put("network", record.text("definition").or(() -> record.text("network")).orElse(""))
            .put("phase", record.phase().name().toLowerCase(Locale.ROOT));
    record.fact("result").ifPresent(result -> json.set("result", result));
    record.failure().ifPresent(failure -> json.put("failure", failure));
    return json;
  }
}
